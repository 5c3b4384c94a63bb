/*
 * settings.c: one table says of each setting where it stands, what it must look like, what holds if
 * it is left out and where it goes. Everything else here walks that table. It does not look whether
 * folders exist: the programs that need them say so better.
 */
#include "base/settings.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/colour.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "base/network.h"
#include "base/url.h"
#include "base/utf8.h"
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_FILE "data/vhod.ini"
#define NODE_MAX     32
#define HEADER_MAX   64

/* Faults of a value that stands in no file are reported under this name. */
#define ENVIRONMENT "environment"

enum kind {
    KIND_TEXT,
    KIND_EMAIL,
    KIND_ORIGIN,
    KIND_SOURCES,
    KIND_ZONE,
    KIND_NODE,
    KIND_PATH,
    KIND_FILE,
    KIND_STORE,
    KIND_NETWORKS,
    KIND_SERVERS,
    KIND_HEADER,
    KIND_FIELDS,
    KIND_ACCENT,
    KIND_INT,
    KIND_BOOL
};

struct setting {
    const char *section;
    const char *key;
    enum kind kind;
    const char *normal; /* what holds if it is left out; NULL: it must be there */
    long min;           /* KIND_INT only */
    long max;
    size_t offset; /* of its field in struct settings */
};

#define FIELD(name) offsetof(struct settings, name)

static const struct setting table[] = {
    {"site", "url", KIND_ORIGIN, NULL, 0, 0, FIELD(site_url)},
    {"site", "name", KIND_TEXT, NULL, 0, 0, FIELD(site_name)},
    {"site", "contact", KIND_EMAIL, "", 0, 0, FIELD(site_contact)},
    {"site", "frame_ancestors", KIND_SOURCES, "*", 0, 0, FIELD(site_frame_ancestors)},
    {"site", "timezone", KIND_ZONE, "Europe/Moscow", 0, 0, FIELD(site_timezone)},
    {"site", "accent", KIND_ACCENT, "", 0, 0, FIELD(site_accent)},
    {"site", "accent_dark", KIND_ACCENT, "", 1, 0, FIELD(site_accent_dark)},
    {"site", "preview", KIND_BOOL, "no", 0, 0, FIELD(site_preview)},
    {"path", "data", KIND_PATH, ".", 0, 0, FIELD(path_data)},
    {"path", "templates", KIND_PATH, "../templates", 0, 0, FIELD(path_templates)},
    {"path", "own_templates", KIND_FILE, "", 0, 0, FIELD(path_own_templates)},
    {"path", "state", KIND_PATH, "../build/state", 0, 0, FIELD(path_state)},
    {"journal", "node", KIND_NODE, "front1", 0, 0, FIELD(node)},
    {"journal", "keep_days", KIND_INT, "400", 1, 3650, FIELD(journal_keep_days)},
    {"journal", "edge_header", KIND_HEADER, "", 0, 0, FIELD(journal_edge_header)},
    {"journal", "log_fields", KIND_FIELDS, "", 0, 0, FIELD(journal_log_fields)},
    {"journal", "log_bad_percent", KIND_INT, "1", 0, 100, FIELD(journal_log_bad_percent)},
    {"tally", "store", KIND_STORE, "sqlite:tally.db", 0, 0, FIELD(tally_store)},
    {"stats", "loopback", KIND_BOOL, "no", 0, 0, FIELD(stats_loopback)},
    {"stats", "staff_networks", KIND_NETWORKS, "", 0, 0, FIELD(stats_staff_networks)},
    {"stats", "staff_header", KIND_HEADER, "", 0, 0, FIELD(stats_staff_header)},
    {"sandbox", "confine", KIND_BOOL, "yes", 0, 0, FIELD(sandbox_confine)},
    {"metrics", "folder", KIND_FILE, "", 0, 0, FIELD(metrics_folder)},
    {"content", "confirm_months", KIND_INT, "12", 1, 120, FIELD(content_confirm_months)},
    {"alerts", "growth_times", KIND_INT, "3", 2, 1000, FIELD(alerts_growth_times)},
    {"alerts", "growth_least", KIND_INT, "30", 1, 1000000, FIELD(alerts_growth_least)},
    {"alerts", "unanswered_least", KIND_INT, "5", 1, 100000, FIELD(alerts_unanswered_least)},
    {"alerts", "snapshot_days", KIND_INT, "60", 0, 3650, FIELD(alerts_snapshot_days)},
    {"cache", "kib", KIND_INT, "8192", 0, 1048576, FIELD(cache_kib)},
    {"probe", "parallel", KIND_INT, "4", 1, 32, FIELD(probe_parallel)},
    {"probe", "seconds", KIND_INT, "30", 1, 300, FIELD(probe_seconds)},
    {"probe", "connect_seconds", KIND_INT, "10", 1, 300, FIELD(probe_connect_seconds)},
    {"probe", "retries", KIND_INT, "1", 0, 5, FIELD(probe_retries)},
    {"probe", "retry_seconds", KIND_INT, "20", 0, 600, FIELD(probe_retry_seconds)},
    {"probe", "pause_ms", KIND_INT, "1000", 0, 60000, FIELD(probe_pause_ms)},
    {"probe", "patience_minutes", KIND_INT, "10", 0, 1440, FIELD(probe_patience_minutes)},
    {"probe", "certificate_days", KIND_INT, "21", 0, 365, FIELD(probe_certificate_days)},
    {"probe", "ca_file", KIND_FILE, "", 0, 0, FIELD(probe_ca_file)},
    {"probe", "name_servers", KIND_SERVERS, "", 0, 0, FIELD(probe_name_servers)},
    {"probe", "allow_networks", KIND_NETWORKS, "", 0, 0, FIELD(probe_allow_networks)},
};

#define SETTINGS (sizeof table / sizeof table[0])

/* One loading under way. */
struct loading {
    struct settings *settings;
    struct ini *ini;
    const struct ini_report *report;
    char *folder; /* holds vhod.ini; absolute */
    size_t faults;
};

/* --- what a value must look like: NULL if it does, else what is wrong --- */

static const char *check_text(const char *value)
{
    if (*value == '\0')
        return N_("must not be empty");
    return utf8_clean(value, strlen(value)) ? NULL : N_("must be UTF-8 without control characters");
}

static const char *check_email(const char *value)
{
    const char *at = strchr(value, '@');

    if (*value == '\0')
        return NULL;
    if (at == NULL || at == value || at[1] == '\0' || strchr(at + 1, '@') != NULL ||
        strpbrk(value, " <>,;:\"()[]\\") != NULL || check_text(value) != NULL)
        return N_("must be one e-mail address like owner@example.org, or empty");
    return NULL;
}

static const char *check_origin(const char *value)
{
    struct url url;

    if (url_parse(&url, value) != ERR_NONE)
        return N_("must be an address like https://example.org or http://127.0.0.1:8080");
    if (*url.rest != '\0')
        return N_("must end after host and port, without a slash or path");
    if (url.has_user)
        return N_("must not hold a user name");
    /* It goes into headers and Atom ids as it is, so it has one spelling. */
    for (; *value != '\0'; value++)
        if ((*value >= 'A' && *value <= 'Z') || (unsigned char)*value >= 0x80)
            return N_("must be lower-case ASCII (a Russian host name in its xn-- form)");
    return NULL;
}

/* A semicolon or comma would begin another directive or header. */
static const char *check_sources(const char *value)
{
    if (*value == '\0')
        return N_("must not be empty; \"'none'\" forbids embedding, \"*\" allows it to all");
    for (const char *at = value; *at != '\0'; at++)
        if (*at < 0x20 || *at > 0x7e || *at == ';' || *at == ',')
            return N_(
                "must be sources of a Content-Security-Policy parted by spaces, ASCII without ; "
                "and ,");
    return NULL;
}

static const char *check_zone(const char *value)
{
    return clock_is_zone(value) ? NULL : N_("must be a time zone of tzdata, like Europe/Moscow");
}

static const char *check_node(const char *value)
{
    size_t len = strlen(value);

    if (len < 1 || len > NODE_MAX || strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return N_("must have 1 to 32 characters of a-z, 0-9 and hyphen");
    return NULL;
}

/* The address may hold a password, so what is wrong with it is said without repeating it. */
static const char *check_store(const char *value)
{
    static const char *const schemes[] = {"postgresql://", "postgres://"};
    static const char sqlite[] = "sqlite:";

    if (!utf8_clean(value, strlen(value)))
        return N_("must be UTF-8 without control characters");
    if (strncmp(value, sqlite, strlen(sqlite)) == 0 && value[strlen(sqlite)] != '\0')
        return NULL;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp(value, schemes[i], strlen(schemes[i])) == 0)
            return NULL;
    return N_("must be sqlite:FILE or postgresql://user@host/database");
}

static const char *check_networks(const char *value)
{
    struct networks networks;
    const char *wrong;

    return networks_parse(&networks, value, &wrong) == ERR_NONE
               ? NULL
               : N_("must be at most 64 ranges like 10.0.0.0/8, 2001:db8::/32 with commas between, "
                    "no "
                    "bits set behind the prefix");
}

static const char *check_file(const char *value)
{
    return *value == '\0' ? NULL : check_text(value);
}

/* What they mean is the probe's matter; that nothing else gets there, is said here. */
static const char *check_servers(const char *value)
{
    if (strspn(value, "0123456789abcdefABCDEF.:[],") != strlen(value))
        return N_(
            "must be addresses with commas between, like 192.0.2.1,[2001:db8::1]:53, or empty");
    return NULL;
}

static const char *check_header(const char *value)
{
    size_t len = strlen(value);

    if (len > HEADER_MAX ||
        strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return N_("must be the name of a request header, like X-Vhod-Staff, or empty");
    return NULL;
}

/* Which words there are is the log's matter (journal/access_json.h). */
static const char *check_fields(const char *value)
{
    for (const char *word = value; *(word += strspn(word, " ")) != '\0';) {
        size_t len = strcspn(word, " "), left = strcspn(word, "= ");

        if (left == 0 || left + 1 >= len || check_text(value) != NULL)
            return N_("must be words like time=ts address=client.ip with spaces between, or empty");
        word += len;
    }
    return NULL;
}

static const char *(*const text_checks[])(const char *) = {
    [KIND_TEXT] = check_text,         [KIND_EMAIL] = check_email,
    [KIND_ORIGIN] = check_origin,     [KIND_SOURCES] = check_sources,
    [KIND_ZONE] = check_zone,         [KIND_NODE] = check_node,
    [KIND_PATH] = check_text,         [KIND_STORE] = check_store,
    [KIND_NETWORKS] = check_networks, [KIND_FILE] = check_file,
    [KIND_SERVERS] = check_servers,   [KIND_HEADER] = check_header,
    [KIND_FIELDS] = check_fields,
};

/* --- values into the struct --- */

/* Only the dots that lead a path are folded into the (real) folder: behind a symbolic link of the
 * path's own, ".." would mean another place. */
static char *absolute_path(const char *folder, const char *value)
{
    size_t len = strlen(folder);
    char *base;
    char *path;

    if (value[0] == '/')
        return strdup(value);
    base = strdup(folder);
    if (base == NULL)
        return NULL;
    while (value[0] == '.') {
        size_t dots = value[1] == '.' ? 2 : 1;

        if (value[dots] != '/' && value[dots] != '\0')
            break;
        while (dots == 2 && len > 1 && base[--len] != '/')
            continue;
        base[len] = '\0';
        value += dots;
        value += strspn(value, "/");
    }
    path = *value == '\0' ? strdup(base) : file_path(base, value, NULL);
    free(base);
    return path;
}

static void *field(struct settings *settings, const struct setting *setting)
{
    return (char *)settings + setting->offset;
}

static enum err put_text(struct loading *l, const struct setting *setting, const char *value)
{
    char **text = field(l->settings, setting);

    bool is_path = setting->kind == KIND_PATH || (setting->kind == KIND_FILE && *value != '\0');

    *text = is_path ? absolute_path(l->folder, value) : strdup(value);
    return *text == NULL ? ERR_MEMORY : ERR_NONE;
}

/* What lies on the accent, and what it lies on, in the light and the dark theme: --door-ink and
 * --paper of templates/style.css. min of the setting says which. */
static const struct {
    const char *ink, *paper;
} themes[] = {{"#ffffff", "#fbfaf6"}, {"#06231b", "#13171a"}};
#define TEXT_CONTRAST 4.5 /* WCAG 2.2, 1.4.3 */
#define SIGN_CONTRAST 3.0 /* 1.4.11 */

/* A colour is one that can be read in its theme; empty is the site's own. */
static void check_accent(const char *value, long theme, char message[static 80], const char **wrong)
{
    struct colour accent, ink, paper;
    double text, sign;

    if (*value == '\0')
        return;
    *wrong = N_("must be a colour like 0b5b48, or empty");
    if (!colour_read(value, &accent) || !colour_read(themes[theme].ink, &ink) ||
        !colour_read(themes[theme].paper, &paper))
        return;
    text = colour_contrast(accent, ink);
    sign = colour_contrast(accent, paper);
    if (text >= TEXT_CONTRAST && sign >= SIGN_CONTRAST) {
        *wrong = NULL;
        return;
    }
    snprintf(
        message, 80,
        translated("letters on it have a contrast of %.2f, the page %.2f; it takes %.1f and %.1f"),
        text, sign, TEXT_CONTRAST, SIGN_CONTRAST);
    *wrong = message;
}

/* Checks a value and stores it; *wrong says what is wrong, kept in message where it is made up. */
static enum err put(struct loading *l, const struct setting *setting, const char *value,
                    char message[static 80], const char **wrong)
{
    *wrong = NULL;
    switch (setting->kind) {
    case KIND_INT:
        if (ini_parse_int(value, setting->min, setting->max, field(l->settings, setting)))
            return ERR_NONE;
        snprintf(message, 80, translated("must be a whole number from %ld to %ld"), setting->min,
                 setting->max);
        *wrong = message;
        return ERR_NONE;
    case KIND_BOOL:
        if (!ini_parse_bool(value, field(l->settings, setting)))
            *wrong = N_("must be yes or no");
        return ERR_NONE;
    case KIND_ACCENT:
        check_accent(value, setting->min, message, wrong);
        return *wrong == NULL ? put_text(l, setting, value) : ERR_NONE;
    default:
        *wrong = text_checks[setting->kind](value);
        return *wrong == NULL ? put_text(l, setting, value) : ERR_NONE;
    }
}

/* --- the environment --- */

/* VHOD_SITE_URL. */
static void variable_name(char out[static 64], const char *section, const char *key)
{
    snprintf(out, 64, "VHOD_%s_%s", section, key);
    for (char *at = out; *at != '\0'; at++)
        *at = ascii_upper(*at);
}

/* True if name, as far as its =, is a setting's variable. */
static bool is_known_variable(const char *name, size_t len)
{
    char known[64];

    for (size_t i = 0; i < SETTINGS; i++) {
        variable_name(known, table[i].section, table[i].key);
        if (strlen(known) == len && strncmp(known, name, len) == 0)
            return true;
    }
    return false;
}

/* A mistyped VHOD_SITE_ULR would be ignored in silence. Only warned of: what a container platform
 * adds to the environment (VHOD_SITE_PORT) must not keep the site from starting. */
static void warn_of_unknown_variables(void)
{
    char prefix[64];

    for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
        size_t len = strcspn(*variable, "=");

        if (strncmp(*variable, "VHOD_", 5) != 0 || is_known_variable(*variable, len))
            continue;
        for (size_t i = 0; i < SETTINGS; i++) {
            variable_name(prefix, table[i].section, "");
            if (strncmp(*variable, prefix, strlen(prefix)) != 0)
                continue;
            log_warning("the environment variable %.*s is no setting; ignored", (int)len,
                        *variable);
            break;
        }
    }
}

/* --- loading --- */

static void fault(struct loading *l, const char *file, const struct setting *setting,
                  const char *message)
{
    int line = file == ini_path(l->ini) ? ini_line(l->ini, setting->section, setting->key) : 0;

    ini_fault(l->report, file, line, setting->section, setting->key, message);
    l->faults++;
}

/* What is said of a setting, NULL for nothing, and *file where: the environment wins over the file.
 */
static const char *find_value(const struct loading *l, const struct setting *setting,
                              const char **file)
{
    char variable[64];
    const char *value;

    variable_name(variable, setting->section, setting->key);
    value = getenv(variable);
    *file = value != NULL ? ENVIRONMENT : ini_path(l->ini);
    return value != NULL ? value : ini_get(l->ini, setting->section, setting->key);
}

/* One row: where nothing is said, what is normal holds. */
static enum err load_setting(struct loading *l, const struct setting *setting)
{
    char message[80];
    const char *file;
    const char *wrong = NULL;
    const char *value = find_value(l, setting, &file);
    enum err err;

    if (value == NULL)
        value = setting->normal;
    if (value == NULL) {
        fault(l, file, setting, N_("is missing; it has no default"));
        return ERR_NONE;
    }
    err = put(l, setting, value, message, &wrong);
    if (wrong != NULL)
        fault(l, file, setting, wrong);
    return err;
}

/* Unknown sections and keys; values are looked at later, when it is known which of them hold. */
static void check_names(struct loading *l)
{
    struct ini_key keys[SETTINGS + 1];

    memset(keys, 0, sizeof keys);
    for (size_t i = 0; i < SETTINGS; i++) {
        keys[i].section = table[i].section;
        keys[i].key = table[i].key;
    }
    l->faults += ini_check(l->ini, keys, l->report);
}

/* The real folder of the file at path. */
static enum err find_folder(char **out, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);

    if (folder == NULL)
        return ERR_MEMORY;
    *out = realpath(folder, NULL);
    free(folder);
    if (*out != NULL)
        return ERR_NONE;
    if (errno == ENOMEM)
        return ERR_MEMORY;
    log_error("cannot find the folder of %s: %s", path, strerror(errno));
    return ERR_SYSTEM;
}

/* The host of [site] url, which was checked. */
static enum err derive_host(struct settings *settings)
{
    struct buffer host = BUFFER_INIT;
    enum err err = url_host_of(&host, settings->site_url);

    if (err == ERR_NONE)
        settings->site_host = buffer_take(&host);
    buffer_free(&host);
    return err == ERR_NONE && settings->site_host == NULL ? ERR_MEMORY : err;
}

/* Behind a proxy on this machine everybody comes from 127.0.0.1. A site that is known elsewhere has
 * something in front of it, or will have. */
static void check_loopback(struct loading *l)
{
    const struct setting *setting = table;
    const char *file;

    if (!l->settings->stats_loopback || network_is_loopback(l->settings->site_host))
        return;
    while (setting->offset != FIELD(stats_loopback))
        setting++;
    find_value(l, setting, &file);
    fault(l, file, setting,
          N_("yes is only for a site whose [site] url is on this machine, like "
             "http://127.0.0.1:8080; "
             "let the web server say who the owner is, see vhod.ini(5)"));
}

static enum err load(struct loading *l, const char *path)
{
    enum err err = ini_load(&l->ini, path, l->report);

    if (err == ERR_NONE)
        err = find_folder(&l->folder, path);
    if (err != ERR_NONE)
        return err;
    check_names(l);
    for (size_t i = 0; i < SETTINGS && err == ERR_NONE; i++)
        err = load_setting(l, &table[i]);
    warn_of_unknown_variables();
    if (err == ERR_NONE && l->settings->site_url != NULL)
        err = derive_host(l->settings);
    if (err == ERR_NONE && l->settings->site_host != NULL)
        check_loopback(l);
    return err == ERR_NONE && l->faults > 0 ? ERR_INVALID : err;
}

/* --- which file --- */

/* Cuts tail off the end of path; false if it does not end so. */
static bool cut_tail(char *path, const char *tail)
{
    size_t len = strlen(path), tail_len = strlen(tail);

    if (len <= tail_len || strcmp(path + len - tail_len, tail) != 0)
        return false;
    path[len - tail_len] = '\0';
    return true;
}

char *settings_installed_file(const char *program)
{
    char *prefix = strdup(program), *slash, *out = NULL;

    if (prefix == NULL)
        return NULL;
    slash = strrchr(prefix, '/');
    if (slash != NULL)
        *slash = '\0';
    if (slash != NULL && (cut_tail(prefix, "/lib/vhod") || cut_tail(prefix, "/bin")) &&
        asprintf(&out, "%s/etc/vhod/vhod.ini", strcmp(prefix, "/usr") == 0 ? "" : prefix) < 0)
        out = NULL;
    free(prefix);
    return out;
}

/* The file of the place where this program is installed, if there is one. */
static char *find_installed(void)
{
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    char *file;

    if (len <= 0)
        return NULL;
    program[len] = '\0';
    file = settings_installed_file(program);
    if (file == NULL || access(file, F_OK) == 0)
        return file;
    free(file);
    return NULL;
}

static char *choose_file(const char *path)
{
    char *installed;

    if (path == NULL)
        path = getenv("VHOD_SETTINGS");
    if (path != NULL)
        return strdup(path);
    installed = find_installed();
    return installed != NULL ? installed : strdup(DEFAULT_FILE);
}

enum err settings_load(struct settings **out, const char *path, const struct ini_report *report)
{
    struct loading l = {.report = report};
    enum err err;

    *out = NULL;
    l.settings = calloc(1, sizeof *l.settings);
    if (l.settings == NULL)
        return ERR_MEMORY;
    l.settings->file = choose_file(path);
    err = l.settings->file != NULL ? load(&l, l.settings->file) : ERR_MEMORY;
    if (err == ERR_NONE)
        *out = l.settings;
    else
        settings_free(l.settings);
    ini_free(l.ini);
    free(l.folder);
    return err;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < SETTINGS; i++) {
        char **text;

        if (table[i].kind == KIND_INT || table[i].kind == KIND_BOOL)
            continue;
        text = field(settings, &table[i]);
        free(*text);
    }
    free(settings->site_host);
    free(settings->file);
    free(settings);
}

char *settings_state_file(const struct settings *settings, const char *name)
{
    return file_path(settings->path_state, name, NULL);
}

char *settings_metrics_folder(const struct settings *settings)
{
    return *settings->metrics_folder != '\0' ? strdup(settings->metrics_folder)
                                             : settings_state_file(settings, "metrics");
}

static const char tally_sqlite[] = "sqlite:";

enum err settings_tally_file(const struct settings *settings, char **out)
{
    const char *file = settings->tally_store;

    *out = NULL;
    if (strncmp(file, tally_sqlite, strlen(tally_sqlite)) != 0)
        return ERR_NONE;
    file += strlen(tally_sqlite);
    *out = *file == '/' ? strdup(file) : file_path(settings->path_state, file, NULL);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

char *settings_tally_store(const struct settings *settings)
{
    char *file, *out = NULL;

    if (settings_tally_file(settings, &file) != ERR_NONE)
        return NULL;
    if (file == NULL)
        return strdup(settings->tally_store);
    if (asprintf(&out, "%s%s", tally_sqlite, file) < 0)
        out = NULL;
    free(file);
    return out;
}
