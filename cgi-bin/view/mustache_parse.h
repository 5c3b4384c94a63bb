/*
 * mustache_parse.h: the compiler of templates. For mustache.c only; others use mustache.h.
 */
#ifndef VHOD_VIEW_MUSTACHE_PARSE_H
#define VHOD_VIEW_MUSTACHE_PARSE_H

#include "view/mustache_template.h"

/* Compiles template->text into template->nodes. On failure the nodes made so far stay for
 * template_free. */
enum err mustache_parse(struct mustache_template *template, bool strict, struct buffer *report);

#endif
