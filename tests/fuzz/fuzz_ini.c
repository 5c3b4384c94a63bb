/*
 * fuzz_ini.c: any bytes as an INI file of data/; the first byte says of what. Values that are
 * handed out are what the file says: no control characters, and found again under their names.
 */
#include "base/utf8.h"
#include "content/source.h"
#include "fuzz.h"

static void look_up(const struct ini *ini)
{
    for (size_t n = 0; n < ini_section_count(ini); n++) {
        const char *section = ini_section(ini, n);

        if (section == NULL || ini_line(ini, section, NULL) <= 0)
            abort();
    }
}

static void try_sources(int kind, const char *path, struct faults *faults)
{
    struct source_region region = {.ini = NULL};
    struct source_portal portal = {.ini = NULL};
    struct source_contact contact = {.ini = NULL};
    enum err err = kind == 1   ? source_region_load(&region, path, "RU-ALT", faults)
                   : kind == 2 ? source_portal_load(&portal, path, "epos", faults)
                               : source_contact_load(&contact, path, "school", faults);

    if ((err == ERR_NONE) != (faults_count(faults) == 0))
        abort();
    source_region_free(&region);
    source_portal_free(&portal);
    source_contact_free(&contact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct faults *faults = NULL;
    struct ini_report report;
    struct ini *ini = NULL;
    const char *path;

    if (size == 0 || faults_new(&faults) != ERR_NONE)
        return 0;
    path = fuzz_file(data + 1, size - 1);
    report = faults_report(faults);
    if (data[0] % 4 > 0) {
        try_sources(data[0] % 4, path, faults);
    } else if (ini_load(&ini, path, &report) == ERR_NONE) {
        look_up(ini);
    } else if (faults_count(faults) == 0) {
        abort(); /* refused without a word */
    }
    ini_free(ini);
    faults_free(faults);
    return 0;
}
