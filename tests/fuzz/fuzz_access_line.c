/*
 * fuzz_access_line.c: any bytes as a line of an access log; the first says of which format.
 * Whatever is taken is text, with the time and status that a clock and a server can show.
 */
#include "base/network.h"
#include "fuzz.h"
#include "journal/access_format.h"

static const char *const formats[] = {
    "combined", "common",     "vhost_combined",  "main",        "forwarded",    "json",
    "caddy",    "cloudfront", "syslog:combined", "syslog:json", "syslog:caddy", "syslog:main",
};

static void judge(const struct access_line *line)
{
    const char *const fields[] = {line->address, line->user,     line->method,
                                  line->target,  line->referrer, line->agent};
    size_t len = 0;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i] == NULL)
            abort();
        len += strlen(fields[i]); /* sanitizers see a byte too far */
    }
    if (len > 16 * ACCESS_LINE_MAX || line->status < 0 || line->status > 999)
        abort();
    if (*line->address != '\0' && !network_is_address(line->address))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t which = size == 0 ? 0 : data[0] % (sizeof formats / sizeof formats[0]);
    struct access_reader reader;
    struct access_fault fault;
    struct access_line out;
    enum access_kind kind;
    const char *wrong;
    char *text = size == 0 ? fuzz_text(data, 0) : fuzz_text(data + 1, size - 1), *line = text;

    if (access_reader_open(&reader, formats[which], "", &wrong) != ERR_NONE)
        abort();
    /* A table needs its head. */
    while (line != NULL) {
        char *next = strchr(line, '\n');

        if (next != NULL)
            *next++ = '\0';
        if (access_read(&reader, line, &kind, &out, &fault) == ERR_NONE && kind != ACCESS_COMMENT)
            judge(&out);
        line = next;
    }
    access_reader_close(&reader);
    free(text);
    return 0;
}
