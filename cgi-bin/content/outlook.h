/*
 * outlook.h: what readers would see change between two snapshots, in words: addresses first, then
 * answers, then the rest.
 */
#ifndef VHOD_CONTENT_OUTLOOK_H
#define VHOD_CONTENT_OUTLOOK_H

#include "base/err.h"
#include <stdio.h>

/* Prints the differences of two snapshots, a line each with what belongs to it indented below;
 * *count says how many things differ. before may be a file that is not there: then everything is
 * new. What only the archive knows (older texts) is not compared. ERR_DATABASE
 * (logged) if one of them cannot be read. */
enum err outlook_say(const char *before, const char *after, FILE *out, size_t *count);

#endif
