/*
 * typing.h: how fingers go wrong on a keyboard: the other layout, Latin letters that look like
 * Cyrillic ones, and how far a typed word is from a right one. Pure text; knows no place and no
 * page.
 */
#ifndef VHOD_SEARCH_TYPING_H
#define VHOD_SEARCH_TYPING_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stddef.h>

/* Which letters a text holds. */
enum { TYPING_LATIN = 1, TYPING_CYRILLIC = 2 };
unsigned typing_letters(const char *text);

/* Appends what the same keys give on the other layout of a Russian PC keyboard (ЙЦУКЕН or QWERTY),
 * in lower case: ",fhyfek" gives "барнаул", "Ьныср" gives "mysch". Keys that are the same on both
 * stay as they are. The text must be valid UTF-8. */
void typing_to_russian(struct buffer *out, const char *text);
void typing_to_latin(struct buffer *out, const char *text);

/* Appends the text with Latin letters that look like Cyrillic ones as those, in lower case: for a
 * word in which both are mixed. */
void typing_lookalikes(struct buffer *out, const char *text);

/* A folded word as single bytes: а-я are 1-32, ASCII is itself, anything else 127. At most max
 * letters; returns how many. */
size_t typing_bytes(const char *word, char *out, size_t max);

#define TYPING_WORD_MAX 48  /* letters of a word that are compared; longer ones are cut */
#define TYPING_EDIT     100 /* what one ordinary wrong letter costs */

/* What it costs to type one letter for another, made once: 0 is any letter outside а-я. */
struct typing_costs {
    unsigned char change[33][33];
};
void typing_costs(struct typing_costs *out);

/* How far a typed word is from a right one: both folded (utf8_fold), one word. */
struct typing_distance {
    unsigned edits; /* letters left out, put in, changed, or two neighbours swapped */
    unsigned cost;  /* the same in hundredths of an edit: likely slips cost less (a letter doubled,
                       the neighbouring key, о for а), a wrong first letter more */
};
void typing_distance(struct typing_distance *out, const struct typing_costs *costs,
                     const char *typed, const char *right);

#endif
