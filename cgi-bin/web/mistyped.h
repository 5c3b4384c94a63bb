/*
 * mistyped.h: the address that was meant by one that met no page, where exactly one was meant.
 */
#ifndef VHOD_WEB_MISTYPED_H
#define VHOD_WEB_MISTYPED_H

#include "base/buffer.h"
#include "web/program.h"

/* Appends to target the path and query of the one page of program->meant that the request may have
 * meant; nothing if there is none, or more than one. Each guess is asked for as the reader would
 * ask: a page that answers, or that says it was taken back, is one. Pages are made and thrown away;
 * nothing is recorded. */
void mistyped_find(const struct program *program, void *site, const struct request_source *source,
                   const struct request *request, struct buffer *target);

#endif
