// Preloaded (node --require) by Stryker 9, which requires files of Mocha's without their ending: Mocha 12 has `.cjs` there.
require.extensions['.cjs'] = require.extensions['.js'];
