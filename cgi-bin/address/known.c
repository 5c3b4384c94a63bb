/*
 * known.c: the list of known addresses from a document. Contract in known.h.
 */
#include "address/known.h"
#include <stdlib.h>
#include <string.h>

enum check_verdict known_verdict(const json_t *item)
{
    const char *word = json_string_value(json_object_get(item, "verdict"));
    int verdict = CHECK_CURRENT;

    while (word != NULL && verdict < CHECK_UNKNOWN &&
           strcmp(word, check_word((enum check_verdict)verdict)) != 0)
        verdict++;
    return word != NULL ? (enum check_verdict)verdict : CHECK_UNKNOWN;
}

enum err known_list(const json_t *known, struct check_list **out)
{
    size_t i, count = json_array_size(known);
    json_t *item;
    struct check_known *rows = calloc(count + 1, sizeof *rows);
    enum err err;

    if (rows == NULL)
        return ERR_MEMORY;
    json_array_foreach (known, i, item) {
        const char *url = json_string_value(json_object_get(item, "url"));

        rows[i].url = url != NULL ? url : "";
        rows[i].region = json_string_value(json_object_get(json_object_get(item, "region"), "iso"));
        rows[i].verdict = known_verdict(item);
    }
    err = check_list_new(out, rows, count);
    free(rows);
    return err;
}
