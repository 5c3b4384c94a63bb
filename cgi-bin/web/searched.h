/*
 * searched.h: from which search on this site an answer was opened. The words stand in the address
 * of the page that led here, which the browser tells this site only (Referrer-Policy). What of them
 * may be written down, the program says.
 */
#ifndef VHOD_WEB_SEARCHED_H
#define VHOD_WEB_SEARCHED_H

#include "journal/event.h"
#include "web/program.h"
#include "web/request.h"

/* Fills record->searched, whose event is set: "" where it is no answer, or was opened from
 * elsewhere, or memory is short. site_host: as url_host() writes it. */
void searched_note(struct record *record, const struct request *request,
                   const struct program *program, const char *site_host);

#endif
