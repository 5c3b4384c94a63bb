/*
 * fuzz_recent.c: any bytes as reports.json, read for a page, and merged with a new report; and as
 * report.key. A damaged file costs what is in it and nothing else.
 */
#include "fuzz.h"
#include "journal/form_token.h"
#include "journal/recent.h"

#define NOW 1795000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    struct recent_view view = {.failed = 0};
    struct report_key key;
    char token[DIGEST_HEX_SIZE];

    if (recent_count(&view, path, "ru-alt", NOW) < 0 ||
        recent_usual(&view, path, "ru-alt", NOW) < 0)
        abort();
    recent_view_free(&view);
    if (report_key_load(&key, path) == ERR_NONE) {
        report_token(&key, "region/ru-alt", NOW, token);
        if (!report_token_valid(&key, "region/ru-alt", token, NOW) ||
            report_token_valid(&key, "region/ru-ta", token, NOW))
            abort();
    }
    return 0;
}
