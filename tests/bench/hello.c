/*
 * hello.c: the least a libfcgi program can do: the plain accept loop and a body of a given size,
 * sent from memory. The yardstick for vhod's programs: same server, same socket, same size. Not an
 * example to follow: it has every weakness of the plain loop that cgi-bin/web/loop.c avoids.
 *
 *     hello BYTES
 */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX (64L << 20)

/* Head and body as one text, as vhod sends it. */
static char *make_answer(long bytes, int *len)
{
    char *answer = malloc((size_t)bytes + 128);

    if (answer == NULL)
        return NULL;
    *len = sprintf(
        answer,
        "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %ld\r\n\r\n",
        bytes);
    memset(answer + *len, 'x', (size_t)bytes);
    *len += (int)bytes;
    return answer;
}

int main(int argc, char **argv)
{
    long bytes = argc == 2 ? strtol(argv[1], NULL, 10) : -1;
    FCGX_Request request;
    char *answer;
    int len;

    if (bytes < 0 || bytes > BYTES_MAX) {
        fprintf(stderr, "usage: %s BYTES   (0 to %ld)\n", argv[0], BYTES_MAX);
        return 2;
    }
    answer = make_answer(bytes, &len);
    if (answer == NULL || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 1;
    while (FCGX_Accept_r(&request) == 0)
        FCGX_PutStr(answer, len, request.out);
    free(answer);
    return 0;
}
