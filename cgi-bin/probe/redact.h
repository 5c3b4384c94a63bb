/*
 * redact.h: takes the names and addresses of blocked hosts out of a text, plain or HTML. What stood
 * there becomes "[…]", in HTML with a class that templates/style.css gives words to; a link that
 * led there is one no more.
 */
#ifndef VHOD_PROBE_REDACT_H
#define VHOD_PROBE_REDACT_H

#include "base/buffer.h"
#include "probe/block.h"
#include <stdbool.h>

/* Appends the text without them; returns how many were taken out. html: made by content/, so tags
 * are whole and attributes quoted. Memory that ran out shows in out. */
size_t redact(struct buffer *out, const struct blocks *blocks, const char *text, bool html);

#endif
