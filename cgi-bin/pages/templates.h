/*
 * templates.h: the templates of a site: those that came with the program, and in place of some of
 * them the owner's ([path] own_templates), which no upgrade touches.
 */
#ifndef VHOD_PAGES_TEMPLATES_H
#define VHOD_PAGES_TEMPLATES_H

#include "base/settings.h"
#include "view/mustache.h"

/* Loads both folders. An own template that takes no template's place is warned of; one that is
 * broken is told with its file and line: ERR_TEMPLATE. What no longer fits the others is found by
 * mustache_link, which is the caller's, when he has added what he adds. ERR_NOT_FOUND: no such
 * folder, logged. The caller frees *out, NULL after an error. */
enum err templates_load(const struct settings *settings, struct mustache **out);

#endif
