/*
 * test_settings.c: each setting with its default, its limits, its variable and what is refused.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "base/settings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/vhod-test-settings-XXXXXX";

/* What the machine's own environment may hold must not reach the tests. */
static const char *const variables[] = {
    "VHOD_SETTINGS",
    "VHOD_SITE_URL",
    "VHOD_SITE_NAME",
    "VHOD_SITE_CONTACT",
    "VHOD_SITE_FRAME_ANCESTORS",
    "VHOD_SITE_TIMEZONE",
    "VHOD_PATH_DATA",
    "VHOD_PATH_TEMPLATES",
    "VHOD_PATH_STATE",
    "VHOD_JOURNAL_NODE",
    "VHOD_JOURNAL_KEEP_DAYS",
    "VHOD_JOURNAL_EDGE_HEADER",
    "VHOD_TALLY_STORE",
    "VHOD_STATS_STAFF_NETWORKS",
    "VHOD_STATS_STAFF_HEADER",
    "VHOD_STATS_LOOPBACK",
    "VHOD_CACHE_KIB",
};

static int enter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    return file_make_folder("etc/site") == ERR_NONE ? 0 : -1;
}

static int leave(void **state)
{
    char command[100];

    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 ? -1 : system(command);
}

/* Faults come out as lines of "file line [section] key: message". */
static void note(void *context, const char *file, int line, const char *section, const char *key,
                 const char *message)
{
    buffer_printf(context, "%s %d [%s] %s: %s\n", file, line, section == NULL ? "" : section,
                  key == NULL ? "" : key, message);
}

#define FILE_NAME "etc/site/vhod.ini"
#define MINIMUM   "[site]\nurl=https://example.org\nname=Вход\n"

static enum err load(struct settings **out, struct buffer *faults, const char *text)
{
    struct ini_report report = {note, faults};

    assert_int_equal(file_replace(FILE_NAME, text, strlen(text)), ERR_NONE);
    return settings_load(out, FILE_NAME, &report);
}

static const struct {
    const char *section, *key, *value, *message;
} bad_values[] = {
    {"site", "url", "", "must be an address"},
    {"site", "url", "example.org", "must be an address"},
    {"site", "url", "//example.org", "must be an address"},
    {"site", "url", "ftp://example.org", "must be an address"},
    {"site", "url", "https://exa mple.org", "must be an address"},
    {"site", "url", "https://example.org:0", "must be an address"},
    {"site", "url", "https://example.org/", "must end after host and port"},
    {"site", "url", "https://example.org/vhod", "must end after host and port"},
    {"site", "url", "https://example.org?x", "must end after host and port"},
    {"site", "url", "https://me@example.org", "must not hold a user name"},
    {"site", "url", "https://Example.org", "must be lower-case ASCII"},
    {"site", "url", "HTTPS://example.org", "must be lower-case ASCII"},
    {"site", "url", "https://вход.рф", "must be lower-case ASCII"},
    {"site", "name", "", "must not be empty"},
    {"site", "contact", "owner", "must be one e-mail address"},
    {"site", "contact", "@example.org", "must be one e-mail address"},
    {"site", "contact", "owner@", "must be one e-mail address"},
    {"site", "contact", "a@b@c", "must be one e-mail address"},
    {"site", "contact", "a@b.org, c@d.org", "must be one e-mail address"},
    {"site", "contact", "A <a@b.org>", "must be one e-mail address"},
    {"site", "frame_ancestors", "", "must not be empty"},
    {"site", "frame_ancestors", "*; script-src *", "must be sources"},
    {"site", "frame_ancestors", "https://a.org, https://b.org", "must be sources"},
    {"site", "frame_ancestors", "https://вход.рф", "must be sources"},
    {"site", "timezone", "", "must be a time zone"},
    {"site", "timezone", "Moscow", "must be a time zone"},
    {"site", "timezone", "../etc/passwd", "must be a time zone"},
    {"site", "accent", "red", "must be a colour like 0b5b48, or empty"},
    {"site", "accent", "0b5b4", "must be a colour like 0b5b48, or empty"},
    {"site", "accent", "0b5b4g", "must be a colour like 0b5b48, or empty"},
    {"site", "accent", "##0b5b48", "must be a colour like 0b5b48, or empty"},
    {"site", "accent", "ffcc00",
     "letters on it have a contrast of 1.51, the page 1.45; it takes 4.5 and 3.0"},
    {"site", "accent", "8fe0c4",
     "letters on it have a contrast of 1.54, the page 1.48; it takes 4.5 and 3.0"},
    {"site", "accent_dark", "0b5b48",
     "letters on it have a contrast of 2.06, the page 2.24; it takes 4.5 and 3.0"},
    {"alerts", "growth_times", "1", "must be a whole number from 2 to 1000"},
    {"alerts", "growth_least", "0", "must be a whole number from 1 to 1000000"},
    {"alerts", "unanswered_least", "many", "must be a whole number from 1 to 100000"},
    {"alerts", "snapshot_days", "-1", "must be a whole number from 0 to 3650"},
    {"path", "data", "", "must not be empty"},
    {"path", "templates", "", "must not be empty"},
    {"path", "state", "", "must not be empty"},
    {"journal", "node", "", "must have 1 to 32 characters"},
    {"journal", "node", "Front", "must have 1 to 32 characters"},
    {"journal", "node", "a/b", "must have 1 to 32 characters"},
    {"journal", "node", "..", "must have 1 to 32 characters"},
    {"journal", "node", "123456789012345678901234567890123", "must have 1 to 32 characters"},
    {"journal", "keep_days", "", "must be a whole number from 1 to 3650"},
    {"journal", "keep_days", "0", "must be a whole number from 1 to 3650"},
    {"journal", "keep_days", "3651", "must be a whole number from 1 to 3650"},
    {"journal", "keep_days", "400 days", "must be a whole number from 1 to 3650"},
    {"journal", "keep_days", "0x10", "must be a whole number from 1 to 3650"},
    {"journal", "keep_days", "99999999999999999999", "must be a whole number"},
    {"journal", "edge_header", "X Edge", "must be the name of a request header"},
    {"journal", "edge_header", "X-Edge:", "must be the name of a request header"},
    {"journal", "log_fields", "time address", "must be words like time=ts"},
    {"journal", "log_fields", "time=", "must be words like time=ts"},
    {"journal", "log_fields", "=ts", "must be words like time=ts"},
    {"journal", "log_bad_percent", "101", "must be a whole number from 0 to 100"},
    {"tally", "store", "", "must be sqlite:FILE or postgresql://"},
    {"tally", "store", "tally.db", "must be sqlite:FILE or postgresql://"},
    {"tally", "store", "sqlite:", "must be sqlite:FILE or postgresql://"},
    {"tally", "store", "mysql://u:p@h/d", "must be sqlite:FILE or postgresql://"},
    {"stats", "staff_networks", "10.0.0.1/8", "must be at most 64 ranges"},
    {"stats", "staff_networks", "office", "must be at most 64 ranges"},
    {"stats", "staff_header", "X_Staff", "must be the name of a request header"},
    {"stats", "loopback", "", "must be yes or no"},
    {"stats", "loopback", "true", "must be yes or no"},
    {"stats", "loopback", "nope", "must be yes or no"},
    {"stats", "loopback", "yes", "yes is only for a site whose [site] url is on this machine"},
    {"cache", "kib", "-1", "must be a whole number from 0 to 1048576"},
    {"cache", "kib", "1048577", "must be a whole number from 0 to 1048576"},
    {"probe", "parallel", "0", "must be a whole number from 1 to 32"},
    {"probe", "name_servers", "dns.example",
     "must be addresses with commas between, like "
     "192.0.2.1,[2001:db8::1]:53, or empty"},
};

/* One line that begins with where and want; faults is empty after. */
static void only_fault_is(struct buffer *faults, const char *where, const char *want)
{
    size_t len = strlen(where);

    if (strncmp(buffer_text(faults), where, len) != 0 ||
        strncmp(buffer_text(faults) + len, want, strlen(want)) != 0)
        fail_msg("have %s, want %s%s", buffer_text(faults), where, want);
    assert_ptr_equal(strchr(buffer_text(faults), '\n'), faults->data + faults->len - 1);
    buffer_clear(faults);
}

/* How the value at row i is refused where the file holds it; faults is empty before and after. */
static void refused_in_file(size_t i, struct buffer *faults, const char *want)
{
    bool site = strcmp(bad_values[i].section, "site") == 0;
    bool url = strcmp(bad_values[i].key, "url") == 0;
    bool name = strcmp(bad_values[i].key, "name") == 0;
    struct buffer text = BUFFER_INIT;
    struct settings *settings;

    buffer_printf(&text, "[%s]\n%s = \"%s\"\n%s%s%s", bad_values[i].section, bad_values[i].key,
                  bad_values[i].value, site ? "" : "[site]\n",
                  url ? "" : "url=https://example.org\n", name ? "" : "name=x\n");
    if (load(&settings, faults, buffer_text(&text)) != ERR_INVALID)
        fail_msg("taken: %s", buffer_text(&text));
    assert_null(settings);
    only_fault_is(faults, FILE_NAME " 2", want);
    buffer_free(&text);
}

/* The same where the environment holds it and the file is fine. */
static void refused_in_environment(size_t i, struct buffer *faults, const char *want)
{
    struct settings *settings;
    char variable[64];

    snprintf(variable, sizeof variable, "VHOD_%s_%s", bad_values[i].section, bad_values[i].key);
    for (char *at = variable; *at != '\0'; at++)
        *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
    setenv(variable, bad_values[i].value, 1);
    assert_int_equal(load(&settings, faults, MINIMUM), ERR_INVALID);
    assert_null(settings);
    unsetenv(variable);
    only_fault_is(faults, "environment 0", want);
}

static void bad_values_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_values / sizeof bad_values[0]; i++) {
        struct buffer want = BUFFER_INIT;
        struct buffer faults = BUFFER_INIT;

        buffer_printf(&want, " [%s] %s: %s", bad_values[i].section, bad_values[i].key,
                      bad_values[i].message);
        refused_in_file(i, &faults, buffer_text(&want));
        refused_in_environment(i, &faults, buffer_text(&want));
        buffer_free(&want);
        buffer_free(&faults);
    }
}

static void all_faults_come_in_one_run(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;

    (void)state;
    assert_int_equal(
        load(&settings, &faults, "[site]\nurl=x\nurk=y\n[cahce]\nkib=1\n[journal]\nkeep_days=0\n"),
        ERR_INVALID);
    assert_null(settings);
    assert_string_equal(
        buffer_text(&faults), FILE_NAME
        " 3 [site] urk: unknown key; known here: url, name, contact, frame_ancestors, "
        "timezone, accent, accent_dark, preview\n" FILE_NAME
        " 4 [cahce] : unknown section; known here: site, path, "
        "journal, tally, stats, sandbox, metrics, content, alerts, cache, probe\n" FILE_NAME
        " 2 [site] url: must be an address like https://example.org or "
        "http://127.0.0.1:8080\n" FILE_NAME
        " 0 [site] name: is missing; it has no default\n" FILE_NAME
        " 7 [journal] keep_days: must be a whole number from 1 to 3650\n");
    buffer_clear(&faults);
    assert_int_equal(load(&settings, &faults, "[site\n"), ERR_INVALID);
    assert_int_equal(load(&settings, &faults, MINIMUM "url=https://b.org\n"), ERR_INVALID);
    assert_non_null(strstr(buffer_text(&faults), FILE_NAME " 4 [site] url: stands twice"));
    buffer_clear(&faults);
    {
        struct ini_report report = {note, &faults};

        assert_int_equal(settings_load(&settings, "etc/nothing.ini", &report), ERR_NOT_FOUND);
        assert_int_equal(settings_load(&settings, "etc", &report), ERR_INVALID);
        assert_null(settings);
    }
    assert_string_equal(buffer_text(&faults), "etc/nothing.ini 0 [] : there is no such file\n"
                                              "etc 0 [] : is no regular file\n");
    buffer_free(&faults);
    settings_free(NULL);
}

/* The folder of the test, as realpath has it, and what stands behind it. */
static void assert_path(const char *path, const char *rest)
{
    char *real = realpath(folder, NULL);
    char *want = NULL;

    assert_non_null(real);
    assert_true(asprintf(&want, "%s%s", real, rest) > 0);
    assert_string_equal(path, want);
    free(want);
    free(real);
}

static void defaults_hold(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;
    char *file;

    (void)state;
    assert_int_equal(load(&settings, &faults, MINIMUM), ERR_NONE);
    assert_string_equal(buffer_text(&faults), "");
    assert_string_equal(settings->site_url, "https://example.org");
    assert_string_equal(settings->site_name, "Вход");
    assert_string_equal(settings->site_contact, "");
    assert_string_equal(settings->site_frame_ancestors, "*");
    assert_string_equal(settings->site_timezone, "Europe/Moscow");
    assert_path(settings->path_data, "/etc/site");
    assert_path(settings->path_templates, "/etc/templates");
    assert_path(settings->path_state, "/etc/build/state");
    assert_string_equal(settings->node, "front1");
    assert_int_equal(settings->journal_keep_days, 400);
    assert_string_equal(settings->journal_edge_header, "");
    assert_string_equal(settings->tally_store, "sqlite:tally.db");
    assert_string_equal(settings->stats_staff_networks, "");
    assert_string_equal(settings->stats_staff_header, "");
    assert_false(settings->stats_loopback);
    assert_int_equal(settings->cache_kib, 8192);
    assert_int_equal(settings->probe_parallel, 4);
    assert_string_equal(settings->probe_ca_file, "");
    file = settings_state_file(settings, "directory.db");
    assert_path(file, "/etc/build/state/directory.db");
    free(file);
    assert_string_equal(settings->metrics_folder, "");
    file = settings_metrics_folder(settings);
    assert_path(file, "/etc/build/state/metrics");
    free(file);
    settings_free(settings);
    buffer_free(&faults);
}

static const char full[] = "[site]\nurl=http://127.0.0.1:8080\nname=\"Вход; школа\"\n"
                           "contact=owner@example.org\n"
                           "frame_ancestors=\"'self' https://*.example.org\"\n"
                           "timezone=Asia/Barnaul\n"
                           "[path]\ndata=/srv/data\ntemplates=../../t\nstate=./s/../x\n"
                           "[journal]\nnode=front-2\nkeep_days=0030\nedge_header=X-Edge\n"
                           "[tally]\nstore=postgresql://u:p%40@h:5433/d?sslmode=require\n"
                           "[stats]\nloopback=yes\nstaff_networks=10.0.0.0/8, ::1\n"
                           "staff_header=X-Staff\n[cache]\nkib=0\n"
                           "[probe]\nca_file=ca.pem\nname_servers=127.0.0.1:5353,[::1]:53\n";

static void the_file_wins_over_defaults(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;

    (void)state;
    assert_int_equal(load(&settings, &faults, full), ERR_NONE);
    assert_string_equal(settings->site_url, "http://127.0.0.1:8080");
    assert_string_equal(settings->site_host, "127.0.0.1:8080");
    assert_string_equal(settings->site_name, "Вход; школа");
    assert_string_equal(settings->site_contact, "owner@example.org");
    assert_string_equal(settings->site_frame_ancestors, "'self' https://*.example.org");
    assert_string_equal(settings->site_timezone, "Asia/Barnaul");
    assert_string_equal(settings->path_data, "/srv/data");
    assert_path(settings->path_templates, "/t");
    assert_path(settings->path_state, "/etc/site/s/../x");
    assert_string_equal(settings->node, "front-2");
    assert_int_equal(settings->journal_keep_days, 30);
    assert_string_equal(settings->journal_edge_header, "X-Edge");
    assert_string_equal(settings->tally_store, "postgresql://u:p%40@h:5433/d?sslmode=require");
    assert_string_equal(settings->stats_staff_networks, "10.0.0.0/8, ::1");
    assert_string_equal(settings->stats_staff_header, "X-Staff");
    assert_true(settings->stats_loopback);
    assert_int_equal(settings->cache_kib, 0);
    assert_path(settings->probe_ca_file, "/etc/site/ca.pem");
    assert_string_equal(settings->probe_name_servers, "127.0.0.1:5353,[::1]:53");
    settings_free(settings);
    buffer_free(&faults);
}

static void the_environment_wins_over_the_file(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;

    (void)state;
    setenv("VHOD_SITE_URL", "https://other.example", 1);
    setenv("VHOD_SITE_NAME", "Другой", 1);
    setenv("VHOD_SITE_CONTACT", "", 1);
    setenv("VHOD_SITE_FRAME_ANCESTORS", "'none'", 1);
    setenv("VHOD_SITE_TIMEZONE", "UTC", 1);
    setenv("VHOD_PATH_DATA", "more", 1);
    setenv("VHOD_PATH_TEMPLATES", "/t", 1);
    setenv("VHOD_PATH_STATE", "..", 1);
    setenv("VHOD_JOURNAL_NODE", "n9", 1);
    setenv("VHOD_JOURNAL_KEEP_DAYS", "3650", 1);
    setenv("VHOD_JOURNAL_EDGE_HEADER", "", 1);
    setenv("VHOD_TALLY_STORE", "sqlite:/srv/t.db", 1);
    setenv("VHOD_STATS_STAFF_NETWORKS", "", 1);
    setenv("VHOD_STATS_STAFF_HEADER", "", 1);
    setenv("VHOD_STATS_LOOPBACK", "no", 1);
    setenv("VHOD_CACHE_KIB", "1048576", 1);
    assert_int_equal(load(&settings, &faults, full), ERR_NONE);
    assert_string_equal(settings->site_url, "https://other.example");
    assert_string_equal(settings->site_host, "other.example");
    assert_string_equal(settings->site_name, "Другой");
    assert_string_equal(settings->site_contact, "");
    assert_string_equal(settings->site_frame_ancestors, "'none'");
    assert_string_equal(settings->site_timezone, "UTC");
    assert_path(settings->path_data, "/etc/site/more");
    assert_string_equal(settings->path_templates, "/t");
    assert_path(settings->path_state, "/etc");
    assert_string_equal(settings->node, "n9");
    assert_int_equal(settings->journal_keep_days, 3650);
    assert_string_equal(settings->journal_edge_header, "");
    assert_string_equal(settings->tally_store, "sqlite:/srv/t.db");
    assert_string_equal(settings->stats_staff_networks, "");
    assert_string_equal(settings->stats_staff_header, "");
    assert_false(settings->stats_loopback);
    assert_int_equal(settings->cache_kib, 1048576);
    settings_free(settings);
    /* A variable mends a value that the file lacks or has wrong. */
    assert_int_equal(load(&settings, &faults, "[site]\nurl=wrong\n"), ERR_NONE);
    settings_free(settings);
    assert_string_equal(buffer_text(&faults), "");
    buffer_free(&faults);
}

/* A file of SQLite's is taken from the state folder; an address stays as it is. */
static void the_store_is_in_the_state_folder(void **state)
{
    static const struct {
        const char *store, *want;
    } rows[] = {{"sqlite:tally.db", "sqlite:/srv/state/tally.db"},
                {"sqlite:a/b.db", "sqlite:/srv/state/a/b.db"},
                {"sqlite:/x/y.db", "sqlite:/x/y.db"},
                {"postgresql://h/d", "postgresql://h/d"},
                {"postgres:///d?host=/run", "postgres:///d?host=/run"}};

    (void)state;
    setenv("VHOD_PATH_STATE", "/srv/state", 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer faults = BUFFER_INIT;
        struct settings *settings;
        char *store;

        setenv("VHOD_TALLY_STORE", rows[i].store, 1);
        assert_int_equal(load(&settings, &faults, MINIMUM), ERR_NONE);
        store = settings_tally_store(settings);
        assert_string_equal(store, rows[i].want);
        free(store);
        settings_free(settings);
        buffer_free(&faults);
    }
}

/* An address may hold a password: no fault repeats it. */
static void faults_keep_passwords(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;

    (void)state;
    assert_int_equal(load(&settings, &faults, MINIMUM "[tally]\nstore=mysql://u:geheim@h/d\n"),
                     ERR_INVALID);
    assert_non_null(strstr(buffer_text(&faults), "store"));
    assert_null(strstr(buffer_text(&faults), "geheim"));
    buffer_free(&faults);
}

static void relative_paths_start_at_the_file(void **state)
{
    static const struct {
        const char *value, *want; /* want: NULL for "/" */
    } rows[] = {
        {".", "/etc/site"},
        {"./", "/etc/site"},
        {"..", "/etc"},
        {"../", "/etc"},
        {"../..", ""},
        {"x", "/etc/site/x"},
        {"./x", "/etc/site/x"},
        {"..//x", "/etc/x"},
        {"../../x/", "/x/"},
        {".././.././x", "/x"},
        {"..x", "/etc/site/..x"},
        {".x/..", "/etc/site/.x/.."},
        {"...", "/etc/site/..."},
        {"../../../../../../../../../../../..", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer faults = BUFFER_INIT;
        struct settings *settings;

        setenv("VHOD_PATH_STATE", rows[i].value, 1);
        assert_int_equal(load(&settings, &faults, MINIMUM), ERR_NONE);
        if (rows[i].want == NULL)
            assert_string_equal(settings->path_state, "/");
        else
            assert_path(settings->path_state, rows[i].want);
        settings_free(settings);
        buffer_free(&faults);
    }
}

/* Named by argument, by VHOD_SETTINGS, or data/vhod.ini; also without any slash in the name. */
static void the_file_is_found(void **state)
{
    struct settings *settings;

    (void)state;
    assert_int_equal(file_make_folder("data"), ERR_NONE);
    assert_int_equal(file_replace("data/vhod.ini", MINIMUM, strlen(MINIMUM)), ERR_NONE);
    assert_int_equal(file_replace("here.ini", MINIMUM, strlen(MINIMUM)), ERR_NONE);
    assert_int_equal(settings_load(&settings, NULL, NULL), ERR_NONE);
    assert_path(settings->path_data, "/data");
    settings_free(settings);
    setenv("VHOD_SETTINGS", "here.ini", 1);
    assert_int_equal(settings_load(&settings, NULL, NULL), ERR_NONE);
    assert_path(settings->path_data, "");
    settings_free(settings);
    assert_int_equal(settings_load(&settings, "data/vhod.ini", NULL), ERR_NONE);
    assert_path(settings->path_data, "/data");
    settings_free(settings);
}

static void installed_programs_have_their_own(void **state)
{
    static const struct {
        const char *program, *want;
    } rows[] = {
        {"/usr/bin/vhod", "/etc/vhod/vhod.ini"},
        {"/usr/lib/vhod/regions.fcgi", "/etc/vhod/vhod.ini"},
        {"/usr/local/bin/vhod", "/usr/local/etc/vhod/vhod.ini"},
        {"/opt/vhod/lib/vhod/stats.fcgi", "/opt/vhod/etc/vhod/vhod.ini"},
        {"/home/me/vhod/build/bin/vhod", "/home/me/vhod/build/etc/vhod/vhod.ini"},
        {"/usr/sbin/vhod", NULL},
        {"/usr/lib/vhod", NULL},
        {"/bin/vhod", NULL},
        {"vhod", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *file = settings_installed_file(rows[i].program);

        if (rows[i].want == NULL)
            assert_null(file);
        else
            assert_string_equal(file, rows[i].want);
        free(file);
    }
}

/* A mistyped variable is told, and does not stop anything; others are none of our business. */
static void mistyped_variables_are_told(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct settings *settings;
    int ends[2];
    int saved = dup(STDERR_FILENO);
    char text[500] = "";

    (void)state;
    setenv("VHOD_SITE_ULR", "https://example.org", 1);
    setenv("VHOD_NOW", "1", 1);
    setenv("VHOD_UNRELATED", "1", 1);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    assert_int_equal(load(&settings, &faults, MINIMUM), ERR_NONE);
    dup2(saved, STDERR_FILENO);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    assert_string_equal(text,
                        "vhod: warning: the environment variable VHOD_SITE_ULR is no setting; "
                        "ignored\n");
    unsetenv("VHOD_SITE_ULR");
    unsetenv("VHOD_NOW");
    unsetenv("VHOD_UNRELATED");
    close(saved);
    close(ends[0]);
    close(ends[1]);
    settings_free(settings);
    buffer_free(&faults);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(bad_values_are_refused),
        IN_FOLDER(all_faults_come_in_one_run),
        IN_FOLDER(defaults_hold),
        IN_FOLDER(the_file_wins_over_defaults),
        IN_FOLDER(the_environment_wins_over_the_file),
        IN_FOLDER(the_store_is_in_the_state_folder),
        IN_FOLDER(faults_keep_passwords),
        IN_FOLDER(relative_paths_start_at_the_file),
        IN_FOLDER(the_file_is_found),
        IN_FOLDER(installed_programs_have_their_own),
        IN_FOLDER(mistyped_variables_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
