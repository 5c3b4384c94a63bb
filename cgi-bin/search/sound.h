/*
 * sound.h: words by how they sound: Russian words in Latin letters, and a key that is the same for
 * a Russian word and for every common way to write it in Latin letters.
 */
#ifndef VHOD_SEARCH_SOUND_H
#define VHOD_SEARCH_SOUND_H

#include "base/buffer.h"
#include <stdbool.h>

#define SOUND_VARIANTS 4 /* ways to read the letters that several habits use differently */

/* Appends a folded word with its Latin letters as Russian ones: "tyumenskoy" gives "тюменской".
 * variant 0 is the usual reading; 1: j is ж; 2: x is кс, c is к; 3: both. False, and nothing is
 * appended, if the variant reads like a smaller one. Other letters stay. */
bool sound_russian(struct buffer *out, const char *word, unsigned variant);

/* Appends the key of a folded word: lower-case ASCII letters and digits. Words with Latin letters
 * are read by variant 0 first. What habits differ in is not in the key: hard and soft signs, и й ы,
 * е ё э, ш щ, тс for ц, ья for я. */
void sound_key(struct buffer *out, const char *word);

#endif
