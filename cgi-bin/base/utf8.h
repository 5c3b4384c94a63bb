/*
 * utf8.h: UTF-8 as RFC 3629 has it, and Russian text folded for comparing.
 * Case and normal forms are utf8proc's; nothing else includes its header.
 */
#ifndef VHOD_BASE_UTF8_H
#define VHOD_BASE_UTF8_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the bytes are well-formed UTF-8 (no overlong forms, surrogates, or values over U+10FFFF).
 */
bool utf8_valid(const char *text, size_t len);
/* True if valid and without control characters (U+0000-001F, 007F-009F) and U+FEFF. */
bool utf8_clean(const char *text, size_t len);
/* Number of code points; the text must be valid. */
size_t utf8_length(const char *text);
/* The code point at *at, and moves *at past it; 0 at the end of the text, without moving. The text
 * must be valid. */
uint32_t utf8_next(const char **at);
/* Appends one code point. */
void utf8_put(struct buffer *out, uint32_t point);
/* Appends the bytes with a space for each that is no part of well-formed UTF-8 and for each control
 * character, so that anything whatever can be looked up. */
void utf8_repair(struct buffer *out, const char *text, size_t len);
/* Appends the text in lower case, character by character, nothing else changed. ERR_INVALID if not
 * UTF-8. */
enum err utf8_lower(struct buffer *out, const char *text, size_t len);
/* Appends the text with a capital as its first letter, as a sentence begins. ERR_INVALID if not
 * UTF-8.
 */
enum err utf8_capital(struct buffer *out, const char *text);
/* Appends the text folded for look-up: NFKC, lower case, ё as е, dashes of every kind and runs of
 * white space as one space, quotation marks and full stops dropped, trimmed. «Санкт-Петербург» and
 * "САНКТ ПЕТЕРБУРГ" become the same. ERR_INVALID if not UTF-8. */
enum err utf8_fold(struct buffer *out, const char *text, size_t len);

#endif
