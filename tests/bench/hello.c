/*
 * hello.c: the least a libfcgi program can do: the plain accept loop and a body of a given size,
 * sent from memory. The yardstick for vhod's programs: same server, same socket, same size. Not an
 * example to follow: it has every weakness of the plain loop that cgi-bin/web/loop.c avoids.
 *
 *     hello BYTES     always that many bytes
 *     hello           as many as the query says: /hello?10240
 */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX (64L << 20)
#define HEAD_MAX  128

/* Head and body as one text, as vhod sends it; made anew only when the size changes. */
struct answer {
    char *text;
    int len;
    long bytes;
};

static int make_answer(struct answer *answer, long bytes)
{
    free(answer->text);
    answer->text = malloc((size_t)bytes + HEAD_MAX);
    answer->bytes = bytes;
    if (answer->text == NULL)
        return -1;
    answer->len = snprintf(answer->text, HEAD_MAX,
                           "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                           "Content-Length: %ld\r\n\r\n",
                           bytes);
    memset(answer->text + answer->len, 'x', (size_t)bytes);
    answer->len += (int)bytes;
    return 0;
}

static long read_bytes(const char *text)
{
    long bytes = text == NULL ? -1 : strtol(text, NULL, 10);

    return bytes < 0 || bytes > BYTES_MAX ? -1 : bytes;
}

int main(int argc, char **argv)
{
    long fixed = argc > 1 ? read_bytes(argv[1]) : -1;
    struct answer answer = {NULL, 0, -1};
    FCGX_Request request;

    if (argc > 2 || (argc == 2 && fixed < 0)) {
        fprintf(stderr, "usage: %s [BYTES]   (0 to %ld; without it, the query says how many)\n",
                argv[0], BYTES_MAX);
        return 2;
    }
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 1;
    while (FCGX_Accept_r(&request) == 0) {
        long bytes = fixed >= 0 ? fixed : read_bytes(FCGX_GetParam("QUERY_STRING", request.envp));

        if (bytes < 0)
            bytes = 0;
        if (bytes != answer.bytes && make_answer(&answer, bytes) != 0)
            return 1;
        FCGX_PutStr(answer.text, answer.len, request.out);
    }
    free(answer.text);
    return 0;
}
