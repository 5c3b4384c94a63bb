/*
 * client.c: the words for who reads, as journal and tally have them. Contract in client.h.
 */
#include "journal/client.h"
#include <string.h>

static const struct {
    const char *word;
    bool robot;
} clients[CLIENT__MAX] = {
    [CLIENT_PERSON] = {"person", false},
    [CLIENT_ROBOT] = {"robot", true},
    [CLIENT_PREFETCH] = {"prefetch", false},
    [CLIENT_MONITOR] = {"monitor", false},
    [CLIENT_STAFF] = {"staff", false},
    [CLIENT_FEED] = {"feed", true},
    [CLIENT_PREVIEW] = {"preview", true},
    [CLIENT_LIBRARY] = {"library", true},
    [CLIENT_BUILDER] = {"builder", true},
    [CLIENT_ARCHIVE] = {"archive", true},
    [CLIENT_AI] = {"ai", true},
    [CLIENT_PRETENDER] = {"pretender", false},
};

const char *client_word(enum client client)
{
    return (unsigned)client < CLIENT__MAX ? clients[client].word : "";
}

enum client client_from_word(const char *word, bool *known)
{
    for (int client = 0; client < CLIENT__MAX; client++)
        if (strcmp(clients[client].word, word) == 0) {
            *known = true;
            return (enum client)client;
        }
    *known = false;
    return CLIENT_PERSON;
}

bool client_is_robot(enum client client)
{
    return (unsigned)client < CLIENT__MAX && clients[client].robot;
}
