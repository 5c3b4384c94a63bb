/*
 * shortage.h: how often memory has run out where nobody is told. buffer.h's failures stick to the
 * buffer, and a buffer that is only a means is not always asked; jansson (2.14) goes on where an
 * allocation fails: its parser leaves out a character of a string, some of its functions a member
 * of an object. Whoever answers with what was made of them looks before and after whether this is
 * the same number, and calls the difference ERR_MEMORY.
 */
#ifndef VHOD_BASE_SHORTAGE_H
#define VHOD_BASE_SHORTAGE_H

#include "base/err.h"

/* Since the program began. */
unsigned long shortage_count(void);
/* One more. */
void shortage_note(void);
/* ERR_MEMORY in the place of ERR_NONE if there were any since the count was before; of
 * ERR_NOT_FOUND too: what was not found without memory may well be there. */
enum err shortage_since(unsigned long before, enum err err);

#endif
