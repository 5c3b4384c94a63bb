/*
 * links.h: whether the links of a text lead somewhere within the site: to a region, an article that
 * is not retired and its parts, a page of the owner's, or one of the pages that are always there.
 * Links to other sites are not looked at.
 */
#ifndef VHOD_CONTENT_LINKS_H
#define VHOD_CONTENT_LINKS_H

#include "content/content.h"

/* True for an article that is there and stays there: a retired one answers 410. */
bool links_article_lives(const struct content *content, const char *id);

/* Adds each link that leads nowhere to faults, with its line. ERR_MEMORY is the only error. */
enum err links_check(const struct content *content, const struct article *article,
                     struct faults *faults);

#endif
