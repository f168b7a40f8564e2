import local from './index.js';

export const startLocalMomento = local.startLocalMomento;
export const localMomento = local.localMomento;
