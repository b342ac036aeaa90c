@description('One page to look at: interviews, replies, the model, workflows.')
param location string
param tags object
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insightsId, 'talenti')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Talenti: interviews'
    category: 'workbook'
    sourceId: insightsId
    version: '1.0'
    serializedData: loadTextContent('../workbook.json')
  }
}
