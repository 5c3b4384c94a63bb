/*
 * fuzz_multipart.c: forms with files, of any bytes. The first line is the Content-Type. What comes
 * out lies inside of the body, one part behind the other.
 */
#include "fuzz.h"
#include "web/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data, *end = bytes + size, *last;
    const char *line = size > 0 ? memchr(bytes, '\n', size) : NULL;
    struct multipart multipart;
    struct multipart_part part;
    char *type;

    if (line == NULL)
        return 0;
    type = fuzz_text(data, (size_t)(line - bytes));
    last = line + 1;
    if (multipart_begin(&multipart, type, line + 1, (size_t)(end - line - 1))) {
        while (multipart_next(&multipart, &part)) {
            if (part.bytes < last || part.len > (size_t)(end - part.bytes) || *part.name == '\0')
                abort();
            last = part.bytes + part.len;
        }
    }
    free(type);
    return 0;
}
