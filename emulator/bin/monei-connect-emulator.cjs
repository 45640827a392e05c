#!/usr/bin/env node
require('../dist/emulator/src/main.js');
