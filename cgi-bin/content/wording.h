/*
 * wording.h: the words that readers read: names of portals in guides and questions that are not for
 * them, and forms that the glossary says to avoid, in INI files too. Texts are read as written, so
 * that a fault has its line.
 */
#ifndef VHOD_CONTENT_WORDING_H
#define VHOD_CONTENT_WORDING_H

#include "content/content.h"
#include "content/fault.h"

/* Adds the faults of all texts. Broken files are passed over. ERR_MEMORY. */
enum err wording_check(const struct content *content, struct faults *faults);

#endif
