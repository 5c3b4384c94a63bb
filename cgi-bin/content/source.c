/*
 * source.c: tables of the known sections and keys, and filling the structs from them. Contract:
 * source.h.
 *
 * A row says everything about a key once: its section, name, whether it must be there, its check,
 * where its text goes in the struct, and what a form says of it (field.h). Adding a key is adding a
 * row.
 */
#include "content/source.h"
#include "base/message.h"
#include "content/field.h"
#include "content/rule.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))
#define KEYS_MAX     48 /* rows of the longest table and its end */

/* A known key and the offset of the const char * that receives its text. */
struct field {
    struct ini_key known;
    size_t offset;
    struct field_form form;
};

#define FIELD(type, section, key, required, check, member, ...)                                    \
    {                                                                                              \
        {section, key, required, check}, offsetof(struct type, member),                            \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define REGION(...) FIELD(source_region, "region", __VA_ARGS__)
#define LOGIN(...)  FIELD(source_login, "login.*", __VA_ARGS__)
#define FORMER(...) FIELD(source_former, "former.*", __VA_ARGS__)

static const struct field region_fields[] = {
    REGION("name", true, rule_text, name, FIELD_LINE, NULL, N_("Name"), N_("the official name")),
    REGION("short", true, rule_text, short_name, FIELD_LINE, NULL, N_("Short name"),
           N_("as in a list: «Татарстан», «ХМАО — Югра»")),
    REGION("place", true, rule_text, place, FIELD_LINE, NULL, N_("Where"),
           N_("where, with its preposition")),
    REGION("english", true, rule_text, english, FIELD_LINE, NULL, N_("Name in English"), NULL),
    REGION("kind", true, rule_text, kind, FIELD_LINE, NULL, N_("Kind of region"),
           N_("край, область, республика, город федерального значения, автономный округ, "
              "автономная область")),
    REGION("capital", false, rule_text, capital, FIELD_LINE, NULL, N_("Capital"),
           N_("left out where the law names none")),
    REGION("district", true, rule_text, district, FIELD_LINE, NULL, N_("Federal district"),
           N_("the federal district")),
    REGION("timezone", true, rule_zone, timezone, FIELD_LINE, NULL, N_("Time zone"),
           N_("an IANA time zone")),
    REGION("codes", true, rule_codes, codes_text, FIELD_LINE, NULL, N_("Plate codes"),
           N_("plate codes, the main one first")),
    REGION("postcodes", true, rule_postcodes, postcodes_text, FIELD_LINE, NULL, N_("Postcodes"),
           N_("the first three digits: single or ranges")),
    REGION("aliases", false, rule_names, aliases_text, FIELD_LINE, NULL, N_("Other names"),
           N_("other names")),
    REGION("contacts", false, rule_ids, contacts_text, FIELD_IDS, FIELD_OF_CONTACTS, N_("Contacts"),
           N_("ids of data/contacts")),
    REGION("tile", false, rule_tile, tile, FIELD_LINE, NULL, N_("Place on the map"),
           N_("row and column on the tile map")),
    REGION("note", false, rule_text, note, FIELD_TEXT, NULL, N_("Note"), N_("for the reader")),
    REGION("choose", false, rule_text, choose, FIELD_TEXT, NULL, N_("How to choose"),
           N_("how to choose, in a sentence: required with several sign-in addresses, refused with "
              "fewer")),
};

static const struct field login_fields[] = {
    LOGIN("title", true, rule_text, title, FIELD_LINE, NULL, N_("What for"),
          N_("what the address is for")),
    LOGIN("button", false, rule_text, button, FIELD_LINE, NULL, N_("Words of the button"),
          N_("what its button says: required with several sign-in addresses. A site that is no "
             "diary: Открыть сайт")),
    LOGIN("url", true, rule_url, url, FIELD_URL, NULL, N_("Address"), NULL),
    LOGIN("portal", true, rule_id, portal, FIELD_ID, FIELD_OF_PORTALS, N_("Portal"),
          N_("an id of data/portals")),
    LOGIN("system", false, rule_text, system, FIELD_LINE, NULL, N_("Name of the portal here"),
          N_("the portal's name in this region, if it is another one")),
    LOGIN("audience", true, rule_audience, audience, FIELD_ONE, "all parents students staff",
          N_("For whom"), N_("all, parents, students or staff")),
    LOGIN("via", true, rule_via, via, FIELD_ONE, "esia password both unknown",
          N_("How one signs in"), N_("esia, password, both or unknown")),
    LOGIN("status", true, rule_status, status, FIELD_ONE, "current transition optional college",
          N_("State"), N_("current, transition, optional or college")),
    LOGIN("since", false, rule_date, since, FIELD_DAY, NULL, N_("Since"),
          N_("the date from which this way of signing in holds")),
    LOGIN("note", false, rule_text, note, FIELD_TEXT, NULL, N_("Note"),
          N_("one or two sentences for the reader; says the date of since, too")),
    LOGIN("plain_http", false, rule_text, plain_http, FIELD_LINE, NULL,
          N_("Why without encryption"),
          N_("why an http: address is accepted: required for one, refused otherwise")),
    LOGIN("doubt", false, rule_text, doubt, FIELD_TEXT, NULL, N_("Doubt"),
          N_("one or two sentences: where sources disagree about this address, with both dates")),
    LOGIN("sources", true, rule_ids, sources_text, FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
          N_("ids of data/sources.tsv, the best first")),
    LOGIN("checked", false, rule_date, checked, FIELD_DAY, NULL, N_("Looked at"),
          N_("the date of the source or of the last look")),
};

static const struct field former_fields[] = {
    FORMER("url", true, rule_url, url, FIELD_URL, NULL, N_("Address"), NULL),
    FORMER("portal", true, rule_text, portal, FIELD_LINE, NULL, N_("Portal"),
           N_("what the system was called then")),
    FORMER("until", true, rule_date, until, FIELD_DAY, NULL, N_("Until"),
           N_("the last day on which it worked")),
    FORMER("replaced_by", true, rule_url, replaced_by, FIELD_URL, NULL, N_("Replaced by"),
           N_("one of the sign-in addresses above")),
    FORMER("sources", true, rule_ids, sources_text, FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
           N_("ids of data/sources.tsv, the best first")),
};

#define PORTAL(...)  FIELD(source_portal, "portal", __VA_ARGS__)
#define ADDRESS(...) FIELD(source_address, "address.*", __VA_ARGS__)

static const struct field portal_fields[] = {
    PORTAL("name", true, rule_text, name, FIELD_LINE, NULL, N_("Name"), NULL),
    PORTAL("about", true, rule_text, about, FIELD_TEXT, NULL, N_("What it is"),
           N_("one sentence: what it is")),
    PORTAL("who", false, rule_text, who, FIELD_TEXT, NULL, N_("Who signs in"),
           N_("who signs in and with what")),
    PORTAL("account", false, rule_text, account, FIELD_LINE, NULL, N_("Whose account"),
           N_("whose account it is, where via = password means no school password")),
    PORTAL("federal", true, rule_answer, federal_text, FIELD_YES, NULL, N_("For every region"),
           N_("yes: the same for every region")),
    PORTAL("contacts", false, rule_ids, contacts_text, FIELD_IDS, FIELD_OF_CONTACTS, N_("Contacts"),
           N_("ids of data/contacts")),
    PORTAL("sources", true, rule_ids, sources_text, FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
           N_("ids of data/sources.tsv, the best first")),
};

static const struct field address_fields[] = {
    ADDRESS("what", true, rule_text, what, FIELD_LINE, NULL, N_("What for"),
            N_("what one does there")),
    ADDRESS("url", true, rule_https, url, FIELD_URL, NULL, N_("Address"), NULL),
    ADDRESS("sources", true, rule_ids, sources_text, FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
            N_("ids of data/sources.tsv, the best first")),
};

#define CONTACT(...) FIELD(source_contact, "contact", __VA_ARGS__)

static const struct field contact_fields[] = {
    CONTACT("name", true, rule_text, name, FIELD_LINE, NULL, N_("Name"), NULL),
    CONTACT("about", true, rule_text, about, FIELD_TEXT, NULL, N_("For what"), N_("for what")),
    CONTACT("position", true, rule_position, position_text, FIELD_NUMBER, NULL, N_("Order"),
            N_("order in lists, 1 to 999, no other contact's")),
    CONTACT("phone", false, rule_phone, phone, FIELD_LINE, NULL, N_("Telephone"),
            N_("as it is read out")),
    CONTACT("email", false, rule_email, email, FIELD_LINE, NULL, N_("E-mail"), NULL),
    CONTACT("url", false, rule_https, url, FIELD_URL, NULL, N_("Address"), N_("https only")),
    CONTACT("note", false, rule_text, note, FIELD_TEXT, NULL, N_("Note"), N_("for the reader")),
    CONTACT("hours", false, rule_hours, hours, FIELD_LINE, NULL, N_("Hours"),
            N_("days and times; several spans with commas")),
    CONTACT("timezone", false, rule_zone, timezone, FIELD_LINE, NULL, N_("Time zone"),
            N_("the IANA time zone of the hours; goes with them")),
    CONTACT("checked", false, rule_date, checked, FIELD_DAY, NULL, N_("Looked at"),
            N_("the date of the source")),
    CONTACT("where", false, rule_answer, where_text, FIELD_YES, NULL, N_("Says only where to ask"),
            N_("no number, but the place that says whom to call: yes needs url or note")),
    CONTACT("symptoms", false, rule_ids, symptoms_text, FIELD_IDS, FIELD_OF_SYMPTOMS,
            N_("Only for these"), N_("only for these: ids of data/symptoms.tsv")),
    CONTACT("sources", true, rule_ids, sources_text, FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
            N_("ids of data/sources.tsv, the best first")),
};

#define NOTICE(...) FIELD(source_notice, "notice", __VA_ARGS__)

static const struct field notice_fields[] = {
    NOTICE("level", true, rule_level, level, FIELD_ONE, "info warning danger", N_("How grave"),
           N_("info, warning or danger")),
    NOTICE("text", true, rule_notice, text, FIELD_TEXT, NULL, N_("Text"), N_("one sentence")),
    NOTICE("more", false, rule_short, more, FIELD_TEXT, NULL, N_("More"), N_("what to do")),
    NOTICE("url", false, rule_https, url, FIELD_URL, NULL, N_("Address"), N_("https only")),
    NOTICE("regions", false, rule_ids, regions_text, FIELD_IDS, FIELD_OF_REGIONS,
           N_("Only in these regions"), N_("only in these regions")),
    NOTICE("portals", false, rule_ids, portals_text, FIELD_IDS, FIELD_OF_PORTALS,
           N_("Only for these portals"), N_("only where the region has one of them")),
    NOTICE("from", false, rule_moment, from, FIELD_MOMENT, NULL, N_("From"),
           N_("a day and a time; without it, at once")),
    NOTICE("until", true, rule_moment, until, FIELD_MOMENT, NULL, N_("Until"),
           N_("a day and a time")),
    NOTICE("timezone", false, rule_zone, timezone, FIELD_LINE, NULL, N_("Time zone"),
           N_("an IANA time zone; without it, the site's")),
};

_Static_assert(COUNT(region_fields) + COUNT(login_fields) + COUNT(former_fields) < KEYS_MAX,
               "load() has room for every row");

/* A table with its length, and for a repeated section the word before the dot. */
struct fields {
    const struct field *rows;
    size_t count;
    const char *prefix; /* "login.", or NULL for the one main section */
};

static const struct fields region_tables[] = {
    {region_fields, COUNT(region_fields), NULL},
    {login_fields, COUNT(login_fields), "login."},
    {former_fields, COUNT(former_fields), "former."},
};
static const struct fields portal_tables[] = {
    {portal_fields, COUNT(portal_fields), NULL},
    {address_fields, COUNT(address_fields), "address."},
};
static const struct fields contact_tables[] = {
    {contact_fields, COUNT(contact_fields), NULL},
};
static const struct fields notice_tables[] = {
    {notice_fields, COUNT(notice_fields), NULL},
};

/* Ids of repeated sections end up in addresses and primary keys: judge what follows the dot. */
static void check_section_ids(const struct ini *ini, struct faults *faults)
{
    for (size_t n = 0; n < ini_section_count(ini); n++) {
        const char *section = ini_section(ini, n);
        const char *dot = strchr(section, '.');
        const char *complaint = dot != NULL ? rule_id(dot + 1) : NULL;

        if (complaint != NULL)
            faults_add(faults, ini_path(ini), ini_line(ini, section, NULL), section, NULL,
                       "name after the dot %s", translated(complaint));
    }
}

/* Loads a file and holds it against the tables. */
static enum err load(struct ini **ini, const char *path, const struct fields *tables, size_t count,
                     struct faults *faults)
{
    struct ini_key keys[KEYS_MAX];
    struct ini_report report = faults_report(faults);
    size_t used = 0;
    size_t before;
    enum err err;

    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count && used < KEYS_MAX - 1; i++)
            keys[used++] = tables[t].rows[i].known;
    }
    keys[used] = (struct ini_key){0};
    before = faults_count(faults);
    err = ini_load(ini, path, &report);
    if (err == ERR_NOT_FOUND)
        return ERR_INVALID; /* it vanished between listing and loading, and is reported */
    if (err != ERR_NONE)
        return err;
    ini_check(*ini, keys, &report);
    check_section_ids(*ini, faults);
    return faults_count(faults) == before ? ERR_NONE : ERR_INVALID;
}

/* True if a known section, "login.*" for all that begin so, is this one. */
static bool is_section(const char *known, const char *section)
{
    size_t len = strcspn(known, "*");

    return known[len] == '*' ? strncmp(known, section, len) == 0 : strcmp(known, section) == 0;
}

/* The table of a section; NULL if no file has such. */
static const struct fields *table_of(const char *section)
{
    static const struct fields *const tables[] = {
        &region_tables[0], &region_tables[1],  &region_tables[2], &portal_tables[0],
        &portal_tables[1], &contact_tables[0], &notice_tables[0]};

    for (size_t i = 0; i < COUNT(tables); i++) {
        if (is_section(tables[i]->rows[0].known.section, section))
            return tables[i];
    }
    return NULL;
}

bool source_is_required(const char *section, const char *key)
{
    const struct fields *table = table_of(section);

    for (size_t i = 0; table != NULL && i < table->count; i++) {
        if (strcmp(table->rows[i].known.key, key) == 0)
            return table->rows[i].known.required;
    }
    return false;
}

const char *source_key(const char *section, size_t n)
{
    const struct fields *table = table_of(section);

    return table != NULL && n < table->count ? table->rows[n].known.key : NULL;
}

bool source_field(const char *section, size_t n, struct field_view *out)
{
    const struct fields *table = table_of(section);
    const struct field *row;

    if (table == NULL || n >= table->count)
        return false;
    row = &table->rows[n];
    *out = (struct field_view){row->known.key, row->known.required, row->known.check, &row->form};
    return true;
}

/* Points each member of the struct at its text. A key written with nothing after it is as good as
 * absent. */
static void fill(void *out, const struct ini *ini, const char *section, const struct fields *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *text = ini_get(ini, section, table->rows[i].known.key);
        const char **member = (const char **)(void *)((char *)out + table->rows[i].offset);

        *member = text != NULL && *text ? text : NULL;
    }
}

/* What follows the prefix if the section is of this table, else NULL. */
static const char *id_of(const char *section, const struct fields *table)
{
    size_t len = strlen(table->prefix);

    return strncmp(section, table->prefix, len) == 0 ? section + len : NULL;
}

/* Regions. */

static enum err add_login(struct source_region *region, const char *section, const char *id)
{
    struct source_login *grown = list_room(region->logins, region->login_count, sizeof *grown);
    struct source_login *login;

    if (grown == NULL)
        return ERR_MEMORY;
    region->logins = grown;
    login = &grown[region->login_count++];
    fill(login, region->ini, section, &region_tables[1]);
    login->section = section;
    login->id = id;
    return list_split(&login->sources, login->sources_text);
}

static enum err add_former(struct source_region *region, const char *section, const char *id)
{
    struct source_former *grown = list_room(region->formers, region->former_count, sizeof *grown);
    struct source_former *former;

    if (grown == NULL)
        return ERR_MEMORY;
    region->formers = grown;
    former = &grown[region->former_count++];
    fill(former, region->ini, section, &region_tables[2]);
    former->section = section;
    former->id = id;
    return list_split(&former->sources, former->sources_text);
}

static enum err add_region_sections(struct source_region *region)
{
    enum err err = ERR_NONE;

    for (size_t n = 0; n < ini_section_count(region->ini) && err == ERR_NONE; n++) {
        const char *section = ini_section(region->ini, n);
        const char *login = id_of(section, &region_tables[1]);
        const char *former = id_of(section, &region_tables[2]);

        if (login != NULL)
            err = add_login(region, section, login);
        else if (former != NULL)
            err = add_former(region, section, former);
    }
    return err;
}

/* "RU-ALT" is fine; out gets "ru-alt". */
static enum err take_iso(char **out, const char *path, const char *name, struct faults *faults)
{
    size_t letters =
        strspn(name + (strncmp(name, "RU-", 3) == 0 ? 3 : 0), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    if (strncmp(name, "RU-", 3) != 0 || letters < 2 || letters > 3 || name[3 + letters]) {
        faults_add(faults, path, 0, NULL, NULL,
                   "file name must be an ISO 3166-2 code in upper case, like RU-ALT.ini");
        return ERR_INVALID;
    }
    *out = strdup(name);
    if (*out == NULL)
        return ERR_MEMORY;
    for (char *c = *out; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
    return ERR_NONE;
}

static enum err split_region(struct source_region *region)
{
    const struct {
        struct words *out;
        const char *text;
    } lists[] = {{&region->codes, region->codes_text},
                 {&region->postcodes, region->postcodes_text},
                 {&region->aliases, region->aliases_text},
                 {&region->contacts, region->contacts_text}};
    enum err err = ERR_NONE;

    for (size_t i = 0; i < COUNT(lists) && err == ERR_NONE; i++)
        err = list_split(lists[i].out, lists[i].text);
    if (err == ERR_NONE && region->tile != NULL) {
        /* rule_tile has seen to it that there are two numbers. */
        region->tile_row = atoi(region->tile);
        region->tile_column = atoi(strchr(region->tile, ',') + 1);
    }
    return err;
}

enum err source_region_load(struct source_region *out, const char *path, const char *name,
                            struct faults *faults)
{
    enum err named = take_iso(&out->iso, path, name, faults);
    enum err err = load(&out->ini, path, region_tables, COUNT(region_tables), faults);

    if (err == ERR_NONE)
        err = named;
    out->broken = err != ERR_NONE;
    if (out->broken)
        return err;
    fill(out, out->ini, "region", &region_tables[0]);
    err = split_region(out);
    return err == ERR_NONE ? add_region_sections(out) : err;
}

void source_region_free(struct source_region *region)
{
    list_free(&region->codes);
    list_free(&region->postcodes);
    list_free(&region->aliases);
    list_free(&region->contacts);
    for (size_t i = 0; i < region->login_count; i++)
        list_free(&region->logins[i].sources);
    for (size_t i = 0; i < region->former_count; i++)
        list_free(&region->formers[i].sources);
    free(region->logins);
    free(region->formers);
    free(region->iso);
    ini_free(region->ini);
    *region = (struct source_region){0};
}

void source_postcodes(const char *range, int *first, int *last)
{
    *first = atoi(range);
    *last = strlen(range) > 4 ? atoi(range + 4) : *first;
}

/* Portals and contacts. */

/* Copies a file's name as an id. */
static enum err take_id(char **out, const char *path, const char *name, struct faults *faults)
{
    if (rule_id(name) != NULL) {
        faults_add(faults, path, 0, NULL, NULL, "file name %s", translated(rule_id(name)));
        return ERR_INVALID;
    }
    *out = strdup(name);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

static enum err add_addresses(struct source_portal *portal)
{
    for (size_t n = 0; n < ini_section_count(portal->ini); n++) {
        const char *section = ini_section(portal->ini, n);
        const char *id = id_of(section, &portal_tables[1]);
        struct source_address *grown;
        struct source_address *address;

        if (id == NULL)
            continue;
        grown = list_room(portal->addresses, portal->address_count, sizeof *grown);
        if (grown == NULL)
            return ERR_MEMORY;
        portal->addresses = grown;
        address = &grown[portal->address_count++];
        fill(address, portal->ini, section, &portal_tables[1]);
        address->section = section;
        address->id = id;
        if (list_split(&address->sources, address->sources_text) != ERR_NONE)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

enum err source_portal_load(struct source_portal *out, const char *path, const char *name,
                            struct faults *faults)
{
    enum err named = take_id(&out->id, path, name, faults);
    enum err err = load(&out->ini, path, portal_tables, COUNT(portal_tables), faults);

    if (err == ERR_NONE)
        err = named;
    out->broken = err != ERR_NONE;
    if (out->broken)
        return err;
    fill(out, out->ini, "portal", &portal_tables[0]);
    ini_parse_bool(out->federal_text, &out->federal);
    err = list_split(&out->contacts, out->contacts_text);
    if (err == ERR_NONE)
        err = list_split(&out->sources, out->sources_text);
    return err == ERR_NONE ? add_addresses(out) : err;
}

void source_portal_free(struct source_portal *portal)
{
    list_free(&portal->contacts);
    list_free(&portal->sources);
    for (size_t i = 0; i < portal->address_count; i++)
        list_free(&portal->addresses[i].sources);
    free(portal->addresses);
    free(portal->id);
    ini_free(portal->ini);
    *portal = (struct source_portal){0};
}

enum err source_contact_load(struct source_contact *out, const char *path, const char *name,
                             struct faults *faults)
{
    enum err named = take_id(&out->id, path, name, faults);
    enum err err = load(&out->ini, path, contact_tables, COUNT(contact_tables), faults);

    if (err == ERR_NONE)
        err = named;
    out->broken = err != ERR_NONE;
    if (out->broken)
        return err;
    fill(out, out->ini, "contact", &contact_tables[0]);
    ini_parse_int(out->position_text, 1, 999, &out->position);
    if (out->where_text != NULL)
        ini_parse_bool(out->where_text, &out->where);
    err = list_split(&out->symptoms, out->symptoms_text);
    return err == ERR_NONE ? list_split(&out->sources, out->sources_text) : err;
}

void source_contact_free(struct source_contact *contact)
{
    list_free(&contact->symptoms);
    list_free(&contact->sources);
    free(contact->id);
    ini_free(contact->ini);
    *contact = (struct source_contact){0};
}

/* Notices. */

enum err source_notice_load(struct source_notice *out, const char *path, const char *name,
                            struct faults *faults)
{
    enum err named = take_id(&out->id, path, name, faults);
    enum err err = load(&out->ini, path, notice_tables, COUNT(notice_tables), faults);

    if (err == ERR_NONE)
        err = named;
    out->broken = err != ERR_NONE;
    if (out->broken)
        return err;
    fill(out, out->ini, "notice", &notice_tables[0]);
    err = list_split(&out->regions, out->regions_text);
    return err == ERR_NONE ? list_split(&out->portals, out->portals_text) : err;
}

void source_notice_free(struct source_notice *notice)
{
    list_free(&notice->regions);
    list_free(&notice->portals);
    free(notice->id);
    ini_free(notice->ini);
    *notice = (struct source_notice){0};
}
