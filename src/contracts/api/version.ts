/**
 * Version of the REST API's contract, as its OpenAPI document tells it (docs/api/CHANGELOG.md).
 *
 * The first number is that of the address and of `api_version`; the second moves with every addition, the third with corrections of
 * the words.
 */
export const apiContractVersion = '2.0.0'
