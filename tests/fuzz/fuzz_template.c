/*
 * fuzz_template.c: any bytes as a template, rendered over a small view: no crash, and a strict set
 * never prints a value raw.
 */
#include "fuzz.h"
#include "view/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mustache *set = NULL;
    struct buffer report = BUFFER_INIT, out = BUFFER_INIT;
    json_t *view = json_pack("{s:s, s:[{s:s}, {s:i}], s:b, s:{s:s}}", "a", "\x01<\x02>", "l", "a",
                             "x", "n", 3, "t", 1, "o", "p", "q");

    if (view != NULL && mustache_new(&set, true) == ERR_NONE &&
        mustache_add(set, "t", "t", (const char *)data, size, &report) == ERR_NONE &&
        mustache_link(set, &report) == ERR_NONE &&
        mustache_render(set, "t", view, &out) == ERR_NONE && memchr(data, 2, size) == NULL &&
        memmem(buffer_text(&out), out.len, "\x01<\x02>", 4) != NULL)
        abort();
    mustache_free(set);
    json_decref(view);
    buffer_free(&report);
    buffer_free(&out);
    return 0;
}
