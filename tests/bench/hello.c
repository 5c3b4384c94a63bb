/*
 * hello.c: the least that a FastCGI program in C can do, as the measure for ours: no routes, no
 * templates, no database, no journal, three header lines and one write. The query string says how
 * many bytes the body has ("/hello?9000"), so that both sides send as much.
 */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX (1 << 20)

static long wanted_size(const FCGX_Request *request)
{
    const char *query = FCGX_GetParam("QUERY_STRING", request->envp);
    long size = query ? strtol(query, NULL, 10) : 0;

    return size > 0 && size <= BODY_MAX ? size : 1;
}

static void answer(FCGX_Request *request, const char *body)
{
    char head[128];
    long size = wanted_size(request);
    int len =
        snprintf(head, sizeof head,
                 "Content-Type: text/html; charset=utf-8\r\nContent-Length: %ld\r\n\r\n", size);

    FCGX_PutStr(head, len, request->out);
    FCGX_PutStr(body, (int)size, request->out);
}

int main(void)
{
    FCGX_Request request;
    char *body = malloc(BODY_MAX);

    if (!body || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0) {
        fputs("hello: cannot start\n", stderr);
        free(body);
        return 1;
    }
    memset(body, 'x', BODY_MAX);
    while (FCGX_Accept_r(&request) == 0) {
        answer(&request, body);
        FCGX_Finish_r(&request);
    }
    free(body);
    return 0;
}
