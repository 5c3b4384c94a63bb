/*
 * advice.h: what vhod check warns of beside faults: what may well be meant, stops no publish, and
 * is worth a look: addresses that vanish without a word, dates that cannot be, statements that
 * nobody has confirmed for long, texts that are hard to read.
 *
 * What is wrong whatever was meant is a fault, and consistency.h's or the reader's of that file.
 */
#ifndef VHOD_CONTENT_ADVICE_H
#define VHOD_CONTENT_ADVICE_H

#include "content/content.h"
#include "content/fault.h"
#include "content/history.h"

/* Adds warnings about content, whose broken files are passed over. history: the archive, or NULL if
 * nothing was published. What was last confirmed more than so many months ago is told. ERR_MEMORY.
 */
enum err advice_give(const struct content *content, const char *data, const struct history *history,
                     long confirm_months, struct faults *faults);

#endif
