/*
 * past_rows.h: what the snapshot holds of the archive: every text before the present one, what
 * became of it, and the list of changes. None of it is part of the snapshot's identity.
 */
#ifndef VHOD_CONTENT_PAST_ROWS_H
#define VHOD_CONTENT_PAST_ROWS_H

#include "content/writer.h"

/* Puts the rows of the archive. Errors stay in the writer. */
void past_rows_put(struct writer *writer);

#endif
