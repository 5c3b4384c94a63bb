/*
 * rewrite.h: changing a content file where something has changed, and nowhere else: comments, the
 * order of lines and every line that says what it said stay as they are, to the byte.
 *
 * It does not judge what it writes: that is check's question, before anything is put in place.
 */
#ifndef VHOD_CONTENT_REWRITE_H
#define VHOD_CONTENT_REWRITE_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends text, an INI file, with a value for a key of a section: in its line, or in a new one
 * behind the last key of the section, or in a new section at the end. An empty value takes the line
 * out. ERR_MEMORY; ERR_INVALID for a value that no INI file can hold (a line end, a quote). */
enum err rewrite_ini(struct buffer *out, const char *text, const char *section, const char *key,
                     const char *value);

#endif
