/*
 * fuzz_settings.c: any bytes as vhod.ini. What is taken is within the ranges that settings.h
 * promises, and what it is made into for the programs does not fail otherwise than by saying so.
 */
#include "base/network.h"
#include "base/settings.h"
#include "base/url.h"
#include "fuzz.h"

static void judge(const struct settings *settings)
{
    struct networks networks = {.count = 0};
    const char *wrong;
    char *file = settings_state_file(settings, "directory.db");
    char *store = settings_tally_store(settings);

    if (file == NULL || store == NULL || *settings->site_url == '\0' ||
        *settings->site_name == '\0')
        abort();
    if (settings->cache_kib < 0 || settings->cache_kib > 1048576 ||
        settings->journal_keep_days < 1 || settings->journal_keep_days > 3650)
        abort();
    networks_parse(&networks, settings->stats_staff_networks, &wrong);
    free(file);
    free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct faults *faults = NULL;
    struct settings *settings = NULL;
    struct ini_report report;

    if (faults_new(&faults) != ERR_NONE)
        return 0;
    report = faults_report(faults);
    if (settings_load(&settings, fuzz_file(data, size), &report) == ERR_NONE)
        judge(settings);
    else if (faults_count(faults) == 0)
        abort();
    settings_free(settings);
    faults_free(faults);
    return 0;
}
