// What htmx does not reach. Every page works without this file.
"use strict";
