/*
 * known.h: what somebody meant who named an id that is not there.
 */
#ifndef VHOD_CONTENT_KNOWN_H
#define VHOD_CONTENT_KNOWN_H

#include "content/content.h"

enum known_kind {
    KNOWN_REGION,
    KNOWN_PORTAL,
    KNOWN_CONTACT,
    KNOWN_ARTICLE,
    KNOWN_FIGURE,
    KNOWN_SOURCE,
    KNOWN_SYMPTOM
};

/* The nearest id of that kind, borrowed from the content; NULL if none is near. */
const char *known_nearest(const struct content *content, enum known_kind kind, const char *id);

#endif
