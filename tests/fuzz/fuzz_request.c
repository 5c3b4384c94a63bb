/*
 * fuzz_request.c: any bytes as the variables of a request: the first line is REQUEST_URI, the next
 * ones are fields. What parses has a canonical path; where a redirect is asked for, it stays on the
 * site.
 */
#include "fuzz.h"
#include "web/request.h"

static const char *const names[] = {"REQUEST_URI",     "HTTP_ACCEPT",  "HTTP_ACCEPT_ENCODING",
                                    "HTTP_COOKIE",     "HTTP_REFERER", "HTTP_IF_NONE_MATCH",
                                    "HTTP_USER_AGENT", "REMOTE_ADDR"};
#define COUNT (sizeof names / sizeof names[0])

static const char *get(void *context, const char *name)
{
    char **lines = context;
    if (strcmp(name, "REQUEST_METHOD") == 0)
        return "GET";
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(name, names[i]) == 0)
            return lines[i];
    }
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *lines[COUNT] = {NULL}, *text = fuzz_text(data, size), *rest = text;
    struct request_source source = {.get = get, .context = lines};
    struct request request;
    enum status status;
    enum err err;

    for (size_t i = 0; i < COUNT && rest != NULL; i++)
        lines[i] = strsep(&rest, "\n");
    err = request_parse(&request, &source, NULL, &status);
    if (err == ERR_NONE && request.redirect != NULL &&
        (request.redirect[0] != '/' || strchr("/\\", request.redirect[1]) != NULL) &&
        request.redirect[1] != '\0')
        abort();
    if (err == ERR_NONE && request.redirect == NULL && request.path[0] != '/')
        abort();
    request_free(&request);
    free(text);
    return 0;
}
