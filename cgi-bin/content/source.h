/*
 * source.h: the INI files of data/ (regions, portals, contacts, notices) as plain structs. Each
 * file is held against tables of known sections and keys (source.c); what does not fit is a fault.
 * Texts are borrowed from the file itself, which the struct keeps, so that a later rule can still
 * name section, key and line.
 *
 * It judges one file at a time: what two files say together is consistency.c's business.
 */
#ifndef VHOD_CONTENT_SOURCE_H
#define VHOD_CONTENT_SOURCE_H

#include "base/err.h"
#include "base/ini.h"
#include "content/fault.h"
#include "content/field.h"
#include "content/list.h"
#include <stdbool.h>

/* [login.ID] of a region. Texts may be NULL where FORMAT.md says optional. */
struct source_login {
    const char *section; /* "login.schools" */
    const char *id;      /* "schools" */
    const char *title, *button, *url, *portal, *system, *audience, *via, *status, *since, *note;
    const char *plain_http, *doubt, *sources_text, *checked;
    struct words sources;
};

/* [former.ID] of a region. */
struct source_former {
    const char *section, *id;
    const char *url, *portal, *until, *replaced_by, *sources_text;
    struct words sources;
};

struct source_region {
    struct ini *ini;
    bool broken; /* the file has faults: only iso is to be used */
    char *iso;   /* "ru-alt" */
    const char *name, *short_name, *place, *english, *kind, *capital, *district, *timezone, *note;
    const char *choose; /* how to choose among several addresses */
    const char *codes_text, *postcodes_text, *aliases_text, *contacts_text, *tile;
    struct words codes, postcodes, aliases, contacts; /* postcodes: ranges are as written */
    int tile_row, tile_column;                        /* 0: none */
    struct source_login *logins;
    size_t login_count;
    struct source_former *formers;
    size_t former_count;
};

/* [address.ID] of a federal portal. */
struct source_address {
    const char *section, *id;
    const char *what, *url, *sources_text;
    struct words sources;
};

struct source_portal {
    struct ini *ini;
    bool broken; /* the file has faults: only id is to be used */
    char *id;
    const char *name, *about, *who, *account, *federal_text, *contacts_text, *sources_text;
    bool federal;
    struct words contacts, sources;
    struct source_address *addresses;
    size_t address_count;
};

struct source_contact {
    struct ini *ini;
    bool broken; /* the file has faults: only id is to be used */
    char *id;
    const char *name, *about, *position_text, *phone, *email, *url, *note, *hours, *timezone;
    const char *checked, *where_text, *symptoms_text, *sources_text;
    long position;
    bool where; /* no number, but the place that says whom to call */
    struct words symptoms, sources;
};

/* What is announced, from and until when. */
struct source_notice {
    struct ini *ini;
    bool broken; /* the file has faults: only id is to be used */
    char *id;
    const char *level, *text, *more, *url, *regions_text, *portals_text, *from, *until, *timezone;
    struct words regions, portals; /* both empty: everybody */
};

/* Each reads one file into *out (zeroed before; to be freed whatever happens). name is the file's
 * name without its suffix. Faults are added; ERR_INVALID then, and *out must not be used but for
 * freeing. */
enum err source_region_load(struct source_region *out, const char *path, const char *name,
                            struct faults *faults);
enum err source_portal_load(struct source_portal *out, const char *path, const char *name,
                            struct faults *faults);
enum err source_contact_load(struct source_contact *out, const char *path, const char *name,
                             struct faults *faults);
enum err source_notice_load(struct source_notice *out, const char *path, const char *name,
                            struct faults *faults);

void source_region_free(struct source_region *region);
void source_portal_free(struct source_portal *portal);
void source_contact_free(struct source_contact *contact);
void source_notice_free(struct source_notice *notice);

/* True if a key must be there in a section of one of the three kinds of file. */
bool source_is_required(const char *section, const char *key);
/* The n-th key of a section, from 0; NULL behind the last. */
const char *source_key(const char *section, size_t n);
/* The same key as a form sees it; false behind the last. */
bool source_field(const char *section, size_t n, struct field_view *out);

/* First and last number of "656-659" or "649". */
void source_postcodes(const char *range, int *first, int *last);

#endif
