/*
 * ascii.h: letters and digits of ASCII, without asking the locale as <ctype.h> does, and endings of
 * texts. Other letters are utf8.h's.
 */
#ifndef VHOD_BASE_ASCII_H
#define VHOD_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline char ascii_lower(char c)
{
    return ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static inline char ascii_upper(char c)
{
    return ascii_is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

/* The value of a hex digit, 0 to 15; -1 for what is none. */
static inline int ascii_hex(char c)
{
    char lower = ascii_lower(c);

    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* True if text, len bytes, ends with the ending. */
static inline bool ascii_ends_with(const char *text, size_t len, const char *ending)
{
    size_t ending_len = strlen(ending);

    return len >= ending_len && memcmp(text + len - ending_len, ending, ending_len) == 0;
}

#endif
