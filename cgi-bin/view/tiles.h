/*
 * tiles.h: what a tile map of the regions shows: how much of something falls on each tile. The map
 * itself is the document of the statement "tiles" (directory/queries.sql), the drawing is
 * templates/parts/tiles.mustache.
 */
#ifndef VHOD_VIEW_TILES_H
#define VHOD_VIEW_TILES_H

#include "base/err.h"
#include <jansson.h>

#define TILES_LEVELS 5

/* Gives each of map's tiles {iso, …} the fields "views" and "level" from counts, an object of whole
 * numbers by iso; and map "levels": [{level, least, most}] for a legend, without empty ones. Level
 * 0 is no view; 1 to 5 hold about equally many of the tiles that have some, tiles with the same
 * number always the same level. ERR_MEMORY. */
enum err tiles_fill(json_t *map, const json_t *counts);

#endif
