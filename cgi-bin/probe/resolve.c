/*
 * resolve.c: names to addresses by c-ares. Contract in resolve.h.
 */
#include "probe/resolve.h"
#include "base/log.h"
#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/* A server that does not answer is asked once more, for twice as long. */
#define SERVER_TRIES  2
#define SERVER_SHARES 3

struct resolver {
    ares_channel channel;
    struct pollfd sockets[RESOLVER_SOCKETS]; /* that c-ares waits for */
    size_t count;                            /* of them */
};

/* c-ares opens a socket, closes it (neither), or waits for something else of it. One too many is
 * not waited for: what it was to bring comes over another server, or is overdue. */
static void on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct resolver *resolver = arg;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    size_t i = 0;

    while (i < resolver->count && resolver->sockets[i].fd != fd)
        i++;
    if (events == 0 && i < resolver->count) {
        resolver->sockets[i] = resolver->sockets[--resolver->count];
    } else if (events != 0 && i < RESOLVER_SOCKETS) {
        resolver->sockets[i] = (struct pollfd){.fd = fd, .events = events};
        resolver->count += i == resolver->count ? 1 : 0;
    }
}

enum err resolver_new(struct resolver **out, const char *servers, long limit_ms)
{
    struct ares_options options = {.flags = ARES_FLAG_NOSEARCH,
                                   .timeout = (int)(limit_ms / SERVER_SHARES),
                                   .tries = SERVER_TRIES,
                                   .sock_state_cb = on_socket};
    struct resolver *resolver = calloc(1, sizeof *resolver);
    int status;

    *out = NULL;
    if (resolver == NULL)
        return ERR_MEMORY;
    options.sock_state_cb_data = resolver;
    status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status == ARES_SUCCESS)
        status = ares_init_options(&resolver->channel, &options,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                       ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS && *servers != '\0')
        status = ares_set_servers_ports_csv(resolver->channel, servers);
    if (status != ARES_SUCCESS) {
        log_error("probe: name servers: %s", ares_strerror(status));
        resolver_free(resolver);
        return status == ARES_ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
    }
    *out = resolver;
    return ERR_NONE;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    if (resolver->channel != NULL)
        ares_destroy(resolver->channel);
    ares_library_cleanup();
    free(resolver);
}

/* --- what comes back --- */

static enum hop_end end_of(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return HOP_ANSWERED;
    case ARES_ENOTFOUND: /* no such name */
    case ARES_ENODATA:   /* the name, and no address for it */
    case ARES_EBADNAME:
        return HOP_NAME_GONE;
    case ARES_ENOMEM:
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED:
        return HOP_LOCAL;
    default: /* time-outs, refusals, failures of the servers */
        return HOP_NAME_SILENT;
    }
}

/* Appends an address to the list, if it fits whole. */
static void add_address(struct resolved *out, const struct sockaddr *address)
{
    char number[INET6_ADDRSTRLEN];
    size_t used = strlen(out->addresses);
    bool v6 = address->sa_family == AF_INET6;
    const void *bytes =
        v6 ? (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr
           : (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;

    if (inet_ntop(address->sa_family, bytes, number, sizeof number) == NULL ||
        used + strlen(number) + 4 > sizeof out->addresses)
        return;
    snprintf(out->addresses + used, sizeof out->addresses - used, "%s%s%s%s", used ? "," : "",
             v6 ? "[" : "", number, v6 ? "]" : "");
}

static void on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *answer)
{
    struct resolved *out = arg;
    bool any = false;

    (void)timeouts;
    out->done = true;
    out->end = end_of(status);
    if (answer == NULL)
        return;
    for (struct ares_addrinfo_node *node = answer->nodes; node != NULL; node = node->ai_next) {
        any = true;
        if (reach_allows(out->reach, node->ai_addr))
            add_address(out, node->ai_addr);
    }
    ares_freeaddrinfo(answer);
    if (out->end == HOP_ANSWERED && *out->addresses == '\0')
        out->end = any ? HOP_PRIVATE : HOP_NAME_GONE;
}

void resolver_start(struct resolver *resolver, const char *host, const struct reach *reach,
                    struct resolved *out)
{
    const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};

    *out = (struct resolved){.end = HOP_LOCAL, .reach = reach};
    ares_getaddrinfo(resolver->channel, host, NULL, &hints, on_answer, out);
}

void resolver_stop(struct resolver *resolver)
{
    ares_cancel(resolver->channel);
}

/* --- waiting --- */

size_t resolver_sockets(struct resolver *resolver, struct pollfd *sockets)
{
    memcpy(sockets, resolver->sockets, resolver->count * sizeof *sockets);
    return resolver->count;
}

int resolver_patience(struct resolver *resolver, int most)
{
    struct timeval limit = {most / 1000, (most % 1000) * 1000}, left;
    struct timeval *due = ares_timeout(resolver->channel, &limit, &left);

    return due == NULL ? most : (int)(due->tv_sec * 1000 + due->tv_usec / 1000) + 1;
}

void resolver_process(struct resolver *resolver, const struct pollfd *sockets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool in = (sockets[i].revents & ~POLLOUT) != 0, out = (sockets[i].revents & POLLOUT) != 0;

        if (in || out)
            ares_process_fd(resolver->channel, in ? sockets[i].fd : ARES_SOCKET_BAD,
                            out ? sockets[i].fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* time-outs */
}
