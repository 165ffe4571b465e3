import { zhCN } from '../zh-CN';
export const ug = zhCN;
