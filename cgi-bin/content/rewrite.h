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
/* Appends text, an INI file, without a section: its header, its keys, and the comments and empty
 * lines between them and the next header but for those that stand directly above that one.
 * ERR_MEMORY; a section that is not there is none. */
enum err rewrite_without(struct buffer *out, const char *text, const char *section);

/* Appends text, an article, with a value for a key of its metadata: in its line, or in a new one
 * below the last. An empty value takes the line out. The rest is for rewrite_body. ERR_MEMORY;
 * ERR_INVALID for a value with a line end. */
enum err rewrite_head(struct buffer *out, const char *text, const char *key, const char *value);
/* Appends text, an article, with another text below its metadata; line ends as forms send them
 * (CR LF) become LF, and it ends with one. ERR_MEMORY. */
enum err rewrite_body(struct buffer *out, const char *text, const char *body);
/* Where the text below the metadata begins, within text; its end if there is none. */
const char *rewrite_body_of(const char *text);

#endif
