/*
 * confine.c: which program needs what. Contract in confine.h.
 */
#include "web/confine.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/zone.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_EVERY 1000 /* milliseconds */

struct confine {
    struct sandbox sandbox;
    char *snapshot;
    char *journal;
    char *tally; /* folder, or NULL */
    char *metrics;
    char *passwords; /* of a PostgreSQL client, or NULL */
    int64_t looked;  /* clock_monotonic_ms of the last look */
};

/* What libpq, the resolver and OpenSSL read: names of hosts and users, certificates. All of it is
 * open to every user of the machine. */
static const char *const client_paths[] = {"/etc", "/run/systemd/resolve",
                                           "/usr/share/ca-certificates"};

/* Where the password may stand, by the rules of PostgreSQL. */
static enum err allow_passwords(struct confine *confine)
{
    const char *named = getenv("PGPASSFILE"), *home = getenv("HOME");

    if (named != NULL)
        confine->passwords = strdup(named);
    else if (home != NULL)
        confine->passwords = file_path(home, ".pgpass", NULL);
    else
        return ERR_NONE;
    if (confine->passwords == NULL)
        return ERR_MEMORY;
    sandbox_allow(&confine->sandbox, confine->passwords, SANDBOX_READ | SANDBOX_OPTIONAL);
    return ERR_NONE;
}

static enum err allow_database(struct confine *confine)
{
    confine->sandbox.connects = true;
    for (size_t i = 0; i < sizeof client_paths / sizeof *client_paths; i++)
        sandbox_allow(&confine->sandbox, client_paths[i], SANDBOX_READ | SANDBOX_OPTIONAL);
    return allow_passwords(confine);
}

/* The folder of the file, because SQLite looks for its journal beside it. Made here, so that the
 * statistics are found when the first collect has written them. */
static enum err allow_tally(struct confine *confine, const struct settings *settings)
{
    enum err err = settings_tally_file(settings, &confine->tally);
    char *slash;

    if (err != ERR_NONE)
        return err;
    if (confine->tally == NULL)
        return allow_database(confine);
    slash = strrchr(confine->tally, '/');
    slash[slash == confine->tally ? 1 : 0] = '\0';
    (void)file_make_folder(confine->tally); /* logged; the sandbox tells what follows from it */
    sandbox_allow(&confine->sandbox, confine->tally, SANDBOX_READ);
    return ERR_NONE;
}

static enum err allow_all(struct confine *confine, const struct program *program,
                          const struct settings *settings)
{
    confine->snapshot = settings_state_file(settings, "directory.db");
    confine->journal = settings_state_file(settings, "journal");
    confine->metrics = settings_metrics_folder(settings);
    if (confine->snapshot == NULL || confine->journal == NULL || confine->metrics == NULL)
        return ERR_MEMORY;
    sandbox_allow(&confine->sandbox, settings->path_state, SANDBOX_READ);
    sandbox_allow(&confine->sandbox, confine->journal, SANDBOX_APPEND);
    sandbox_allow(&confine->sandbox, settings->path_templates, SANDBOX_READ);
    /* To write, the program has its own table mapped already. */
    sandbox_allow(&confine->sandbox, confine->metrics, SANDBOX_READ | SANDBOX_OPTIONAL);
    sandbox_allow(&confine->sandbox, zone_folder(), SANDBOX_READ | SANDBOX_OPTIONAL);
    return program->reads_tally ? allow_tally(confine, settings) : ERR_NONE;
}

enum err confine_enter(struct confine **out, const struct program *program,
                       const struct settings *settings)
{
    struct confine *confine = calloc(1, sizeof *confine);
    enum err err;

    *out = confine;
    if (confine == NULL)
        return ERR_MEMORY;
    if (!settings->sandbox_confine) {
        log_warning("[sandbox] confine is off: this program keeps all rights of its user");
        return ERR_NONE;
    }
    err = allow_all(confine, program, settings);
    return err == ERR_NONE ? sandbox_enter(&confine->sandbox) : err;
}

void confine_free(struct confine *confine)
{
    if (confine == NULL)
        return;
    free(confine->snapshot);
    free(confine->journal);
    free(confine->tally);
    free(confine->metrics);
    free(confine->passwords);
    free(confine);
}

bool confine_is_outdated(struct confine *confine)
{
    int64_t now = clock_monotonic_ms();

    if (now - confine->looked < LOOK_EVERY)
        return false;
    confine->looked = now;
    return sandbox_is_outdated(&confine->sandbox) && access(confine->snapshot, R_OK) == 0;
}
