import { ALL_LOOKS, describePages } from '../fixtures/every-page';

describePages(ALL_LOOKS);
