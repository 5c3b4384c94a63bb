/*
 * content_rows.h: the content as rows of the snapshot: portals, regions, articles, tables.
 */
#ifndef VHOD_CONTENT_CONTENT_ROWS_H
#define VHOD_CONTENT_CONTENT_ROWS_H

#include "content/writer.h"

/* Puts every row of the content. Errors stay in the writer. */
void content_rows_put(struct writer *writer);

#endif
