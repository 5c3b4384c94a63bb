/*
 * fuzz_search.c: any bytes as a query over the published index; the first one says whether typing
 * errors are allowed for. There is always an answer, as valid text, and in a bounded time
 * (libFuzzer's time-out).
 */
#include "base/utf8.h"
#include "directory/snapshot.h"
#include "fuzz.h"
#include "search/find.h"

static struct directory *directory;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char path[100];

    (void)argc;
    (void)argv;
    fuzz_publish();
    snprintf(path, sizeof path, "%s/directory.db", fuzz_state);
    if (directory_open(&directory, path, "https://vhod.example") != ERR_NONE)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer trace = BUFFER_INIT;
    struct search_request request = {.text = (const char *)data + 1};
    json_t *answer = NULL;
    char *text;

    if (size == 0)
        return 0;
    request.len = size - 1;
    request.verbatim = (data[0] & 1) != 0;
    request.trace = (data[0] & 2) != 0 ? &trace : NULL;
    if (directory_search(directory, &request, &answer) != ERR_NONE)
        abort();
    text = json_dumps(answer, JSON_COMPACT);
    if (text == NULL || !utf8_valid(text, strlen(text)))
        abort();
    free(text);
    json_decref(answer);
    buffer_free(&trace);
    return 0;
}
