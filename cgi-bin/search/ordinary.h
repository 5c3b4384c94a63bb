/*
 * ordinary.h: is a word one of the language? What is, was meant as it was typed: no typing error
 * for a town, however near one it is («перевод» and Перевоз, «бот» and Бор).
 *
 * The words are the forms of all words in small letters of the spelling dictionary that Debian has
 * as hunspell-ru (A. I. Lebedev; its licence is in the README), compiled in by ops/ordinary.c. They
 * are part of the program and not of a snapshot, like the stemmer: publishing costs nothing more,
 * and one snapshot is the same wherever it was made.
 */
#ifndef VHOD_SEARCH_ORDINARY_H
#define VHOD_SEARCH_ORDINARY_H

#include <stdbool.h>

/* True for a folded word (utf8_fold) that is in the dictionary in just this form. Names of people
 * and places are not in it, unless they are ordinary words too («орёл»). */
bool ordinary_word(const char *word);

#endif
