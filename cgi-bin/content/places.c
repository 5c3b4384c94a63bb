/*
 * places.c: the rows of the tables that search, hours and counting use. Contract: places.h. Each
 * table has one function that takes the cells of a row.
 */
#include "content/places.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/ini.h"
#include "base/message.h"
#include "content/rule.h"
#include "content/table.h"
#include "journal/client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parses "-12.3456": digits with one point, at most 8 characters of either. No exponents, no
 * locale. */
static bool parse_degrees(const char *text, double limit, double *out)
{
    const char *c = text + (*text == '-');
    size_t whole = strspn(c, "0123456789");
    size_t part = c[whole] == '.' ? strspn(c + whole + 1, "0123456789") : 0;
    size_t used = whole + (part ? part + 1 : 0);
    double value = 0;
    double scale = 1;

    if (whole < 1 || whole > 3 || part > 8 || c[used])
        return false;
    for (size_t i = 0; i < used; i++) {
        if (c[i] == '.')
            continue;
        value = value * 10 + (c[i] - '0');
        scale *= i > whole ? 10 : 1;
    }
    *out = (*text == '-' ? -value : value) / scale;
    return *out >= -limit && *out <= limit;
}

/* Two places of one name in one region cannot be told apart by a reader. */
static bool is_twin(const struct places *places, const char *name, const char *region)
{
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];

        if (strcmp(place->name, name) == 0 && strcmp(place->region, region) == 0)
            return true;
    }
    return false;
}

enum { PLACE_NAME, PLACE_REGION, PLACE_POPULATION, PLACE_LATITUDE, PLACE_LONGITUDE, PLACE_ALIASES };

static const char *judge_place(const struct places *places, char *const cells[],
                               struct place *place)
{
    if (rule_text(cells[PLACE_NAME]) != NULL)
        return N_("name must not be empty or have spaces at its ends");
    if (rule_id(cells[PLACE_REGION]) != NULL)
        return N_("region must be an ISO code in lower case, like ru-alt");
    if (!ini_parse_int(cells[PLACE_POPULATION], 0, 100000000, &place->population))
        return N_("population must be a number from 0 to 100000000");
    if (!parse_degrees(cells[PLACE_LATITUDE], 90, &place->latitude))
        return N_("latitude must be degrees from -90 to 90, like 53.3606");
    if (!parse_degrees(cells[PLACE_LONGITUDE], 180, &place->longitude))
        return N_("longitude must be degrees from -180 to 180, like 83.7636");
    if (*cells[PLACE_ALIASES] && rule_names(cells[PLACE_ALIASES]) != NULL)
        return N_("aliases must be names with commas, none empty, none twice");
    if (is_twin(places, cells[PLACE_NAME], cells[PLACE_REGION]))
        return N_("place stands twice in its region");
    return NULL;
}

static const char *take_place(void *out, char *const cells[], int line, enum err *err)
{
    struct places *places = out;
    struct place place = {.line = line};
    const char *complaint = judge_place(places, cells, &place);
    struct place *grown;
    struct place *kept;

    if (complaint != NULL)
        return complaint;
    grown = list_room(places->items, places->count, sizeof *grown);
    if (grown == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    places->items = grown;
    grown[places->count++] = place;
    kept = &grown[places->count - 1];
    kept->name = strdup(cells[PLACE_NAME]);
    kept->region = strdup(cells[PLACE_REGION]);
    *err = list_split(&kept->aliases, cells[PLACE_ALIASES]);
    if (kept->name == NULL || kept->region == NULL)
        *err = ERR_MEMORY;
    return NULL;
}

enum {
    CLIENT_ROW_PATTERN,
    CLIENT_ROW_CLIENT,
    CLIENT_ROW_SOURCE,
    CLIENT_ROW_CHECKED,
    CLIENT_ROW__MAX
};

/* Who fetches ahead, works here or pretends does not tell it by a name. */
static bool may_be_ruled(const char *word)
{
    bool known;
    enum client client = client_from_word(word, &known);

    return known && client != CLIENT_PREFETCH && client != CLIENT_STAFF &&
           client != CLIENT_PRETENDER;
}

/* Characters of a pattern beside its marks. One is enough for a weak rule that is no letter. */
static size_t text_length(const char *pattern)
{
    const char *text = pattern + strspn(pattern, "~^|");
    size_t len = strcspn(text, "|");
    bool sign = *pattern == '~' && len > 0 && !ascii_is_lower(*text) && !ascii_is_digit(*text);

    return sign ? 3 : len;
}

static const char *judge_client(const struct client_rows *clients, char *const cells[])
{
    for (const char *c = cells[CLIENT_ROW_PATTERN]; *c; c++) {
        if (*c < ' ' || *c > '~' || (*c >= 'A' && *c <= 'Z'))
            return N_("pattern must be lower-case ASCII");
    }
    if (text_length(cells[CLIENT_ROW_PATTERN]) < 3)
        return N_(
            "pattern must have at least 3 characters beside its marks, or it would match people");
    if (!may_be_ruled(cells[CLIENT_ROW_CLIENT]))
        return N_("client must be one of those in FORMAT.md");
    if (*cells[CLIENT_ROW_SOURCE] == '\0')
        return N_("source must say who says so");
    if (!clock_is_date(cells[CLIENT_ROW_CHECKED]))
        return N_("checked must be a day, YYYY-MM-DD");
    for (size_t i = 0; i < clients->count; i++) {
        if (strcmp(clients->items[i].pattern, cells[CLIENT_ROW_PATTERN]) == 0)
            return N_("pattern stands twice");
    }
    return NULL;
}

static const char *take_client(void *out, char *const cells[], int line, enum err *err)
{
    struct client_rows *clients = out;
    const char *complaint = judge_client(clients, cells);
    struct client_row *grown;
    struct client_row *row;

    if (complaint != NULL)
        return complaint;
    grown = list_room(clients->items, clients->count, sizeof *grown);
    if (grown == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    clients->items = grown;
    row = &grown[clients->count++];
    *row = (struct client_row){strdup(cells[CLIENT_ROW_PATTERN]), strdup(cells[CLIENT_ROW_CLIENT]),
                               line};
    if (row->pattern == NULL || row->client == NULL)
        *err = ERR_MEMORY;
    return NULL;
}

enum { HOLIDAY_DATE, HOLIDAY_WHAT, HOLIDAY_NAME, HOLIDAY_SOURCE };

/* "05-09" or "2026-05-09"; for each year, 29 February is a day as well. */
static bool parse_day(const char *text, struct holiday *out)
{
    char whole[16];

    if (strlen(text) != 5 && strlen(text) != 10)
        return false;
    snprintf(whole, sizeof whole, "%s%.10s", strlen(text) == 5 ? "2024-" : "", text);
    if (!clock_is_date(whole))
        return false;
    out->year = strlen(text) == 5 ? 0 : atoi(whole);
    out->month = atoi(whole + 5);
    out->day = atoi(whole + 8);
    return true;
}

static const char *judge_holiday(const struct holidays *holidays, char *const cells[],
                                 struct holiday *day)
{
    if (!parse_day(cells[HOLIDAY_DATE], day))
        return N_("date must be like 05-09 for each year or 2026-05-08 for one");
    day->work = strcmp(cells[HOLIDAY_WHAT], "work") == 0;
    if (!day->work && strcmp(cells[HOLIDAY_WHAT], "off") != 0)
        return N_("what must be off or work");
    if (rule_text(cells[HOLIDAY_NAME]) != NULL || rule_text(cells[HOLIDAY_SOURCE]) != NULL)
        return N_("name and source must not be empty or have spaces at their ends");
    for (size_t i = 0; i < holidays->count; i++) {
        const struct holiday *other = &holidays->items[i];

        if (other->year == day->year && other->month == day->month && other->day == day->day)
            return N_("day stands twice");
    }
    return NULL;
}

static const char *take_holiday(void *out, char *const cells[], int line, enum err *err)
{
    struct holidays *holidays = out;
    struct holiday day = {0};
    const char *complaint;
    struct holiday *grown;

    (void)line;
    complaint = judge_holiday(holidays, cells, &day);
    if (complaint != NULL)
        return complaint;
    grown = list_room(holidays->items, holidays->count, sizeof *grown);
    if (grown == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    holidays->items = grown;
    day.name = strdup(cells[HOLIDAY_NAME]);
    day.source = strdup(cells[HOLIDAY_SOURCE]);
    grown[holidays->count++] = day;
    if (day.name == NULL || day.source == NULL)
        *err = ERR_MEMORY;
    return NULL;
}

/* How many words a line of a role must have, and whether each is one word. */
static const struct synonym_role {
    const char *role;
    size_t least;
    bool single;
} synonym_roles[] = {
    {"stop", 1, true},      {"filler", 1, true},  {"region", 1, true},   {"place", 1, true},
    {"question", 1, true},  {"code", 1, true},    {"postcode", 1, true}, {"count", 1, true},
    {"portal", 2, false},   {"same", 2, false},   {"word", 1, true},     {"problem", 1, true},
    {"uncovered", 1, true}, {"answer", 2, false},
};

static const struct synonym_role *find_synonym_role(const char *role)
{
    for (size_t i = 0; i < sizeof synonym_roles / sizeof synonym_roles[0]; i++) {
        if (strcmp(synonym_roles[i].role, role) == 0)
            return &synonym_roles[i];
    }
    return NULL;
}

static const char *judge_synonym(const struct synonym_role *role, const struct words *words)
{
    if (words->count < role->least)
        return N_("words must be at least two for this role");
    for (size_t i = 0; i < words->count && role->single; i++) {
        if (strpbrk(words->items[i], " -.") != NULL)
            return N_("words of this role must be single ones, without space, hyphen or full stop");
    }
    return NULL;
}

static const char *take_synonym(void *out, char *const cells[], int line, enum err *err)
{
    struct synonyms *synonyms = out;
    const struct synonym_role *role = find_synonym_role(cells[0]);
    struct synonym *grown;
    struct synonym *row;

    if (role == NULL)
        return N_("role must be one of those in FORMAT.md");
    if (rule_names(cells[1]) != NULL)
        return N_("words must be words with commas, none empty, none twice");
    grown = list_room(synonyms->items, synonyms->count, sizeof *grown);
    if (grown == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    synonyms->items = grown;
    row = &grown[synonyms->count++];
    *row = (struct synonym){.role = strdup(cells[0]), .line = line};
    *err = list_split(&row->words, cells[1]);
    if (row->role == NULL)
        *err = ERR_MEMORY;
    return *err == ERR_NONE ? judge_synonym(role, &row->words) : NULL;
}

enum err places_load(struct places *out, const char *path, struct faults *faults)
{
    static const struct table table = {"name\tregion\tpopulation\tlatitude\tlongitude\taliases", 6,
                                       take_place};

    return table_read(&table, out, path, faults);
}

enum err clients_load(struct client_rows *out, const char *path, struct faults *faults)
{
    static const struct table table = {"pattern\tclient\tsource\tchecked", CLIENT_ROW__MAX,
                                       take_client};

    return table_read(&table, out, path, faults);
}

enum err holidays_load(struct holidays *out, const char *path, struct faults *faults)
{
    static const struct table table = {"date\twhat\tname\tsource", 4, take_holiday};

    return table_read(&table, out, path, faults);
}

enum err synonyms_load(struct synonyms *out, const char *path, struct faults *faults)
{
    static const struct table table = {"role\twords", 2, take_synonym};

    return table_read(&table, out, path, faults);
}

void places_free(struct places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        free(places->items[i].name);
        free(places->items[i].region);
        list_free(&places->items[i].aliases);
    }
    free(places->items);
    *places = (struct places){NULL, 0};
}

void clients_free(struct client_rows *clients)
{
    for (size_t i = 0; i < clients->count; i++) {
        free(clients->items[i].pattern);
        free(clients->items[i].client);
    }
    free(clients->items);
    *clients = (struct client_rows){NULL, 0};
}

void holidays_free(struct holidays *holidays)
{
    for (size_t i = 0; i < holidays->count; i++) {
        free(holidays->items[i].name);
        free(holidays->items[i].source);
    }
    free(holidays->items);
    *holidays = (struct holidays){NULL, 0};
}

void synonyms_free(struct synonyms *synonyms)
{
    for (size_t i = 0; i < synonyms->count; i++) {
        free(synonyms->items[i].role);
        list_free(&synonyms->items[i].words);
    }
    free(synonyms->items);
    *synonyms = (struct synonyms){NULL, 0};
}
