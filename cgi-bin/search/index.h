/*
 * index.h: what search looks things up in, made once when a snapshot is published: the
 * tables search_* of schema.sql and the full text. Reads only tables that are filled already
 * (regions, places, logins, articles, vocabulary), so whoever publishes calls it last.
 */
#ifndef VHOD_SEARCH_INDEX_H
#define VHOD_SEARCH_INDEX_H

#include "base/err.h"

struct sqlite3;

/* Raise it when the same content would give another index: it is part of a snapshot's identity, so
 * the next publish replaces the file. */
#define SEARCH_INDEX_VERSION "2"

/* Fills the empty tables of an open transaction's connection and registers the tokenizer with it.
 * Errors are logged; ERR_LIMIT for more names than search can hold. */
enum err search_index_build(struct sqlite3 *db);

#endif
