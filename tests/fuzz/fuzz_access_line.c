/*
 * fuzz_access_line.c: any bytes as a line of an access log. Fields lie within the line, and the
 * time is one that a clock can show.
 */
#include "fuzz.h"
#include "journal/access_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = fuzz_text(data, size);
    size_t len = strlen(line);
    struct access_line out;

    if (access_line_parse(&out, line) == ERR_NONE) {
        const char *const fields[] = {out.address, out.user,     out.method,
                                      out.target,  out.referrer, out.agent};

        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (fields[i] == NULL ||
                (*fields[i] != '\0' && (fields[i] < line || fields[i] > line + len)))
                abort();
        if (out.status < 0 || out.status > 999) /* nginx logs 009 and 000, too */
            abort();
    }
    free(line);
    return 0;
}
